using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Every line that the verifier logs. No secret, no prompt, no text of a request but its key's name, and that only once it verified.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Warning, "Signatures are not verified (VerifySignatures is false): anybody can call, and all callers share the tier {Tier}.")]
    public static partial void SignaturesOff(ILogger logger, string? tier);

    [LoggerMessage(101, LogLevel.Warning, "The limit {Limit} is kept in memory, where a restart forgets what was spent. Keep it in a store that outlives the process.")]
    public static partial void LongWindowInMemory(ILogger logger, string limit);

    [LoggerMessage(102, LogLevel.Warning, "The secret of the key {KeyId} stands in the configuration. Keep it in a file (SecretFile) or in the environment (SecretEnvironmentVariable).")]
    public static partial void SecretInConfiguration(ILogger logger, string keyId);

    [LoggerMessage(103, LogLevel.Warning, "There are no keys: every request will be refused. Add some to Keys.")]
    public static partial void NoKeys(ILogger logger);

    [LoggerMessage(104, LogLevel.Warning, "The prices are of {Day}, {Days} days old: update SafeLlm, or give the prices of the models that you use in Models.")]
    public static partial void PricesOld(ILogger logger, DateOnly day, int days);

    [LoggerMessage(110, LogLevel.Information, "The configuration changed: there are {Count} keys now.")]
    public static partial void KeysTaken(ILogger logger, int count);

    [LoggerMessage(111, LogLevel.Error, "The configuration changed and is not valid; the keys stay as they were. {Errors}")]
    public static partial void KeysNotTaken(ILogger logger, string errors);

    [LoggerMessage(112, LogLevel.Warning, "API key expires in {Days} days: {KeyId}. Issue a new one, and let its client switch.")]
    public static partial void KeyExpires(ILogger logger, string keyId, int days);

    [LoggerMessage(113, LogLevel.Error, "The key {KeyId} has the tier {Tier}, which is not configured; its calls are refused. Add it to Tiers, or set DefaultTier.")]
    public static partial void UnknownTier(ILogger logger, string? keyId, string? tier);

    [LoggerMessage(114, LogLevel.Warning, "The key {KeyId} has no end (NotAfter). Keys should live for 90 days and be followed by new ones.")]
    public static partial void KeyWithoutEnd(ILogger logger, string keyId);

    [LoggerMessage(115, LogLevel.Warning, "The key {KeyId} signs by seed-v0, which protects neither path nor query. It is taken until {Until}; let its client change to safellm-v1.")]
    public static partial void SeedKey(ILogger logger, string keyId, DateTimeOffset? until);

    [LoggerMessage(116, LogLevel.Error, "The key {KeyId} cannot be frozen in its store; it is frozen in this process, and the store is asked again every ten seconds.")]
    public static partial void NotFrozen(ILogger logger, string keyId, Exception failure);

    [LoggerMessage(117, LogLevel.Information, "A call of the key {KeyId} was signed by seed-v0.")]
    public static partial void SeedCall(ILogger logger, string keyId);

    [LoggerMessage(118, LogLevel.Warning, "{Kind} of {Scope}: {Message}")]
    public static partial void Alerted(ILogger logger, AlertKind kind, string? scope, string message);

    [LoggerMessage(119, LogLevel.Warning, "The nonces could not be kept for the next start; it will refuse what was signed before it.")]
    public static partial void NotSaved(ILogger logger, Exception failure);

    [LoggerMessage(120, LogLevel.Warning, "What is learned of keys, and who has to wait, cannot be shared with other nodes now; this one goes on by itself.")]
    public static partial void NotShared(ILogger logger, Exception failure);

    [LoggerMessage(121, LogLevel.Error, "The store did not take {Count} ids that an answer issued. They are good on this node, and tried again.")]
    public static partial void IssuedIdsNotKept(ILogger logger, int count, Exception failure);

    [LoggerMessage(122, LogLevel.Error, "{Count} ids that answers issued are given up: naming them will be refused. Too many waited for the store, or the process ended before it answered.")]
    public static partial void IssuedIdsLost(ILogger logger, int count);

    [LoggerMessage(123, LogLevel.Warning, "The key {KeyId} acts for users, each of whom has the limits of the tier {Tier}, and nothing limits all of them together. Give the key a tenant and the tier PerTenant, or the tier a Pool.")]
    public static partial void UsersWithoutBound(ILogger logger, string keyId, string tier);

    [LoggerMessage(124, LogLevel.Error, "The key {KeyId} is frozen until {Until} in this process only, as the store does not take it. It is asked again every ten seconds.")]
    public static partial void NotFrozenElsewhere(ILogger logger, string keyId, string until, Exception failure);

    [LoggerMessage(125, LogLevel.Warning, "The keys {KeyIds} have one and the same secret: who has one can sign as each of them, and revoking one ends none. Give each a secret of its own (safellm keys new).")]
    public static partial void SameSecret(ILogger logger, string keyIds);

    [LoggerMessage(126, LogLevel.Warning, "The tier {Tier} allows the model {Model}, which has no price here: its calls are refused. Correct the name, or add the model to Models or map it in Aliases.")]
    public static partial void ModelWithoutPrice(ILogger logger, string tier, string model);

    [LoggerMessage(127, LogLevel.Warning, "The key {KeyId} is in the configuration and in the store. The configuration says what it may do, and it ends where either of them ends it. Keep it in one of them.")]
    public static partial void KeyInBoth(ILogger logger, string keyId);

    // One line for each forged request would let anybody fill the disk.
    [LoggerMessage(200, LogLevel.Debug, "Refused {RequestId} before its caller was known: {Code}, because {Reason}. It claims {KeyId}.")]
    public static partial void RefusedStranger(ILogger logger, string requestId, RefusalCode code, SignatureReason reason, string keyId);

    [LoggerMessage(201, LogLevel.Information, "Refused {RequestId} of the key {KeyId}: {Code}.")]
    public static partial void RefusedCaller(ILogger logger, string requestId, string? keyId, RefusalCode code);

    [LoggerMessage(300, LogLevel.Error, "The store of limits failed; the door stays closed until it answers again.")]
    public static partial void StoreFailed(ILogger logger, Exception failure);

    [LoggerMessage(301, LogLevel.Information, "The hold {HoldId} was settled by policy ({Policy}): nobody reported what the call used.")]
    public static partial void SettledByPolicy(ILogger logger, string holdId, MissingUsagePolicy policy);

    [LoggerMessage(302, LogLevel.Warning, "The call of the hold {HoldId} used more than was held. It is charged in full.")]
    public static partial void Overrun(ILogger logger, string holdId);

    [LoggerMessage(303, LogLevel.Error, "Too many settlements wait for the store; the hold {HoldId} is left to its lease, which charges it in full.")]
    public static partial void LeftToLease(ILogger logger, string holdId);

    [LoggerMessage(304, LogLevel.Error, "What was told of the hold {HoldId} is not valid, so the store and the journal take it as little the next time: it is not tried again.")]
    public static partial void NotWritten(ILogger logger, string holdId, Exception failure);

    [LoggerMessage(305, LogLevel.Error, "The keys could not be read {Since}; every call is refused until they can.")]
    public static partial void KeysAway(ILogger logger, string since);

    [LoggerMessage(307, LogLevel.Error, "A key cannot be used, and whoever signs with it is refused: {Fault}")]
    public static partial void KeyUnusable(ILogger logger, string fault);

    [LoggerMessage(306, LogLevel.Error, "The store does not know the hold {HoldId} any more: what its call used is in the journal and charged to no limit.")]
    public static partial void HoldUnknown(ILogger logger, string holdId);

    [LoggerMessage(EventId = 310, Message = "{Alert} (alert {Id})")]
    public static partial void BudgetShare(ILogger logger, LogLevel level, string alert, string id);

    [LoggerMessage(311, LogLevel.Error, "{Alert} not delivered; it is tried again.")]
    public static partial void AlertFailed(ILogger logger, string alert, Exception failure);
}
