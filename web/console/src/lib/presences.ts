/** What people can say to be doing, in the words of the field; `On Queue` takes conversations from queues. */
export const PRESENCES = ["On Queue", "Available", "Busy", "Away", "Meal", "Break", "Meeting", "Training", "Offline"] as const;
