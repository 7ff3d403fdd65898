using Microsoft.Extensions.Logging;
using SafeLlm.Pricing;

namespace SafeLlm;

/// <summary>Every line that the client logs. Ids: 1000 pipeline, 1100 holds, 1200 retries, 1300 registration, 1400 alerts. No secret, no prompt.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "A prompt was flagged by the rule {Rule} and sent")]
    public static partial void PromptFlagged(ILogger logger, string rule);

    [LoggerMessage(1001, LogLevel.Warning, "Requests to {Model} come without an output bound; each is given {Bound} tokens (told once a model)")]
    public static partial void BoundInserted(ILogger logger, string model, long bound);

    [LoggerMessage(1002, LogLevel.Warning, "A request to {Model} had an output bound of {Asked} tokens; it was lowered to {Bound} (told once a model)")]
    public static partial void BoundClamped(ILogger logger, string model, long asked, long bound);

    [LoggerMessage(1003, LogLevel.Warning, "Call {CallId}: in shadow mode it passes; else it would have been refused ({Code}). {Why}")]
    public static partial void WouldRefuse(ILogger logger, string callId, RefusalCode code, string why, Exception? cause);

    [LoggerMessage(1004, LogLevel.Warning, "Call {CallId}: in shadow mode its output bound of {Asked} tokens passes; else it would have been lowered to {Bound}")]
    public static partial void WouldClamp(ILogger logger, string callId, long asked, long bound);

    [LoggerMessage(1005, LogLevel.Warning, "Call {CallId}: in shadow mode it passes without an output bound; else it would have been given one")]
    public static partial void WouldInsert(ILogger logger, string callId);

    [LoggerMessage(1006, LogLevel.Warning, "The prices are of {Day}, {Days} days old: update SafeLlm, or give the prices of the models that you use in Models (told once)")]
    public static partial void PricesOld(ILogger logger, DateOnly day, int days);

    [LoggerMessage(1100, LogLevel.Warning, "Call {CallId}: usage never came ({Reason}), so the attempt was settled by the policy {Policy}")]
    public static partial void SettledByPolicy(ILogger logger, string callId, OnMissingUsage policy, string reason);

    [LoggerMessage(1101, LogLevel.Warning, "Hold {HoldId} was overrun: {InputTokens} tokens in, {OutputTokens} out, {Cost} were used and are recorded in full")]
    public static partial void Overrun(ILogger logger, string holdId, long inputTokens, long outputTokens, NanoUsd cost);

    [LoggerMessage(1102, LogLevel.Warning, "Hold {HoldId} was settled after its lease had ended; the charge was corrected")]
    public static partial void SettledLate(ILogger logger, string holdId);

    [LoggerMessage(1103, LogLevel.Error, "Hold {HoldId} is not known to the store, or closed; its amounts stay as the store has them")]
    public static partial void HoldUnknown(ILogger logger, string holdId);

    [LoggerMessage(1104, LogLevel.Error, "The store did not take a change to hold {HoldId}")]
    public static partial void StoreFailed(ILogger logger, string holdId, Exception failure);

    [LoggerMessage(1105, LogLevel.Error, "Hold {HoldId} could not be closed; it was charged in full when its lease ended")]
    public static partial void LeftToLease(ILogger logger, string holdId);

    [LoggerMessage(1106, LogLevel.Warning, "Call {CallId}: the answer went on far above its bound of {Bound} tokens; the stream was ended there")]
    public static partial void StreamCut(ILogger logger, string callId, long bound);

    [LoggerMessage(1107, LogLevel.Debug, "Call {CallId}: the stream that its reader left was read on, and ended: {Whole}")]
    public static partial void Drained(ILogger logger, string callId, bool whole);

    [LoggerMessage(1108, LogLevel.Warning, "Call {CallId}: the answer has {OutputTokens} output tokens and its bound was {Bound}; it was passed on whole")]
    public static partial void OverBound(ILogger logger, string callId, long outputTokens, long bound);

    [LoggerMessage(EventId = 1110, Message = "{Alert} (alert {Id})")]
    public static partial void Alerted(ILogger logger, LogLevel level, string alert, string id);

    [LoggerMessage(1111, LogLevel.Error, "Alert {Id} was not delivered; it is tried again")]
    public static partial void AlertFailed(ILogger logger, string? id, Exception failure);

    [LoggerMessage(1112, LogLevel.Warning, "The limit {Limit} is kept in memory, where a restart forgets what was spent: keep it in a store that outlives the process, e.g. UseSqlite (told once)")]
    public static partial void LongWindowInMemory(ILogger logger, string limit);

    [LoggerMessage(1200, LogLevel.Information, "Call {CallId}: {What}; tried again in {Wait}")]
    public static partial void Retrying(ILogger logger, string callId, string what, TimeSpan wait);

    [LoggerMessage(1201, LogLevel.Warning, "Call {CallId}: {What} asks to wait {Wait}, longer than the call may; given up")]
    public static partial void WaitTooLong(ILogger logger, string callId, string what, TimeSpan wait);

    [LoggerMessage(1202, LogLevel.Warning, "{Who} retries by itself, beside SafeLlm's own retries: set {How} (told once)")]
    public static partial void StackedRetries(ILogger logger, string who, string how);

    [LoggerMessage(1203, LogLevel.Error, "Half of the attempts at {Model} of {Authority} have failed lately; nothing is sent there for {Pause}")]
    public static partial void CircuitOpened(ILogger logger, string authority, string model, TimeSpan pause);

    [LoggerMessage(1300, LogLevel.Warning, "The resilience handler was removed from the HTTP client {Client}: it gives up after ten seconds and retries what may be billed. SafeLlm retries by itself")]
    public static partial void ResilienceRemoved(ILogger logger, string client);

    [LoggerMessage(1301, LogLevel.Information, "Redirects were switched off for the HTTP client {Client}: a redirected request would be sent, and perhaps billed, beside its hold")]
    public static partial void RedirectsOff(ILogger logger, string client);

    [LoggerMessage(1302, LogLevel.Warning, "New options of the client {Client} are not valid; the secrets from before stay in use")]
    public static partial void ReloadFailed(ILogger logger, string client, Exception failure);

    [LoggerMessage(1303, LogLevel.Information, "New options of the client {Client}: its secrets were read again; all else changes with the next start")]
    public static partial void Reloaded(ILogger logger, string client);

    [LoggerMessage(1304, LogLevel.Warning, "The secret at {Path} stands in a JSON file. Outside Development, keep it in a file of its own (…File) or in an environment variable (…EnvironmentVariable)")]
    public static partial void SecretInJson(ILogger logger, string path);
}
