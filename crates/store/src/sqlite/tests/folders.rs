//! Backup and restore.

use std::sync::Arc;

use super::{super::migrate::KNOWN_SCHEMA, check_all, commit, fill, open};
use crate::{
    DATABASE_FILE, SqliteOptions, SqliteStore, Store,
    conformance::{Sample, sample::organization_id},
    folder::{CHECKSUM_ENDING, FolderError, backup, doctor, restore},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log4_a_backup_beside_a_running_store_is_restored_with_a_new_epoch() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = Arc::new(open(folder.path()));
    let samples = fill(&store, 20).await;
    let newest = store.newest_position().await.unwrap();

    // Somebody writes all the while.
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let writing = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            let mut sample = Sample::new(60, &[]);
            commit(&store, organization_id(1), sample.start()).await;
            while stopped.try_recv().is_err() {
                commit(&store, organization_id(1), sample.message("meanwhile")).await;
            }
        }
    });
    let file = elsewhere.path().join("backup.db");
    let (from, to) = (folder.path().to_owned(), file.clone());
    let report = tokio::task::spawn_blocking(move || backup(&from, &to)).await.unwrap().unwrap();
    stop.send(()).unwrap();
    writing.await.unwrap();
    assert!(report.newest >= newest, "everything acknowledged before is in it");
    assert_eq!(report.events, report.newest);
    assert!(report.conversations >= 20);
    assert_eq!(std::fs::metadata(&file).unwrap().len(), report.bytes);
    assert!(std::fs::read_to_string(&report.checksum_file).unwrap().contains(&report.checksum));
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "a backup is for its owner alone");
    }

    let fresh = elsewhere.path().join("fresh");
    let restored = restore(&file, &fresh, 4_711).unwrap();
    assert_eq!((restored.events, restored.conversations, restored.epoch), (report.events, report.conversations, 4_711));
    let second = SqliteStore::open(&fresh, SqliteOptions::default()).unwrap();
    assert_eq!((store.epoch(), second.epoch()), (7, 4_711));
    check_all(&second, &samples).await;
    let mut sample = Sample::new(70, &[]);
    let committed = commit(&second, organization_id(1), sample.start()).await;
    assert_eq!(committed.cursor().seq, report.newest + 3);
}

#[tokio::test]
async fn log10_a_backup_overwrites_nothing_and_a_restore_wants_an_empty_folder() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = elsewhere.path().join("backup.db");
    assert!(matches!(backup(folder.path(), &file), Err(FolderError::NoDatabase(_))));
    assert!(matches!(doctor(folder.path()), Err(FolderError::NoDatabase(_))));
    drop(open(folder.path()));
    backup(folder.path(), &file).unwrap();
    assert!(matches!(backup(folder.path(), &file), Err(FolderError::Exists(path)) if path == file));
    assert!(matches!(restore(&file, folder.path(), 1), Err(FolderError::NotEmpty(_))));
    let names: Vec<_> = std::fs::read_dir(elsewhere.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing unfinished stays behind: {names:?}");
    let empty = elsewhere.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    restore(&file, &empty, 1).unwrap();
}

#[tokio::test]
async fn log6_a_backup_that_changed_is_not_restored() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    {
        fill(&open(folder.path()), 3).await;
    }
    let file = elsewhere.path().join("backup.db");
    backup(folder.path(), &file).unwrap();
    let sound = std::fs::read(&file).unwrap();
    let fresh = elsewhere.path().join("fresh");
    for place in [100, sound.len() / 2, sound.len() - 1] {
        let mut bytes = sound.clone();
        bytes[place] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        let error = restore(&file, &fresh, 1).unwrap_err();
        assert!(matches!(error, FolderError::Checksum { .. }), "{error}");
        assert!(!fresh.exists());
    }
    std::fs::write(&file, &sound).unwrap();
    std::fs::remove_file(elsewhere.path().join(format!("backup.db{CHECKSUM_ENDING}"))).unwrap();
    assert!(matches!(restore(&file, &fresh, 1), Err(FolderError::Checksum { .. })));
}

#[tokio::test]
async fn log6_a_corrupt_folder_is_not_backed_up_as_good() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    {
        fill(&open(folder.path()), 3).await;
    }
    let path = folder.path().join(DATABASE_FILE);
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute("UPDATE events SET payload = replace(payload, 'parcel', 'parceL') WHERE seq = 4", []).unwrap();
    connection.close().unwrap();
    let error = backup(folder.path(), &elsewhere.path().join("backup.db")).unwrap_err();
    assert!(matches!(&error, FolderError::Unsound { report, .. } if report.faults() == 1), "{error}");
    assert!(error.to_string().contains("events 4"), "{error}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn log10_the_doctor_works_beside_a_running_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let samples = fill(&store, 9).await;
    let report = doctor(folder.path()).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.records, store.newest_position().await.unwrap());
    assert_eq!((report.conversations, report.epoch, report.schema), (samples.len() as u64, 7, KNOWN_SCHEMA));
    assert_eq!(report.other_rows, 45, "sessions, start tokens, jobs, dead jobs, agents");
}
