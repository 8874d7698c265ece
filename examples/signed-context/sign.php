<?php
// A site's server vouches for the customer who is logged in: one token for each start of a chat.
//
//   WAYBILL_KEY_ID=… WAYBILL_KEY_SECRET=… WAYBILL_DEPLOYMENT_ID=… php sign.php CRM-882910 "Zoë Doe"

declare(strict_types=1);

function encode(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

/** Call it for the customer of the session that your own server knows, never for an id that the page sends. */
function vouch(string $keyId, string $secret, string $deploymentId, string $crmCustomerId, string $name): string
{
    $now = time();
    $header = ['alg' => 'HS256', 'typ' => 'JWT', 'kid' => $keyId];
    $claims = [
        'aud' => $deploymentId,
        'iat' => $now,
        'exp' => $now + 120,
        'jti' => bin2hex(random_bytes(16)),
        'customData' => ['crmCustomerId' => $crmCustomerId],
        'customer' => ['name' => $name],
    ];
    $message = encode(json_encode($header, JSON_THROW_ON_ERROR)) . '.' . encode(json_encode($claims, JSON_THROW_ON_ERROR));
    // The secret's text is the key: it is not decoded.
    return $message . '.' . encode(hash_hmac('sha256', $message, $secret, true));
}

if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    echo vouch(
        getenv('WAYBILL_KEY_ID'),
        getenv('WAYBILL_KEY_SECRET'),
        getenv('WAYBILL_DEPLOYMENT_ID'),
        $argv[1],
        $argv[2]
    ), "\n";
}
