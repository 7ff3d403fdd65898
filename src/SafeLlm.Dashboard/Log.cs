using Microsoft.Extensions.Logging;

namespace SafeLlm.Dashboard;

/// <summary>Every line that the dashboard logs.</summary>
internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Warning, "The dashboard cannot look into the store; it tries again.")]
    public static partial void StoreNotRead(ILogger logger, Exception failure);

    [LoggerMessage(401, LogLevel.Information, "{Action} of key {KeyId} by {Who}.")]
    public static partial void KeyChanged(ILogger logger, KeyAction action, string keyId, string who);

    [LoggerMessage(402, LogLevel.Error, "{Action} of key {KeyId} could not be written to the store.")]
    public static partial void KeyNotChanged(ILogger logger, KeyAction action, string keyId, Exception failure);

    [LoggerMessage(403, LogLevel.Error, "{Action} of key {KeyId} by {Who} is done, and could not be recorded.")]
    public static partial void ActionNotRecorded(ILogger logger, KeyAction action, string keyId, string who, Exception failure);
}
