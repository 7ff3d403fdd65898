using Microsoft.Extensions.Logging;

namespace SafeLlm.Dashboard;

/// <summary>Every line that the dashboard logs.</summary>
internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Warning, "The dashboard cannot look into the store; it tries again.")]
    public static partial void StoreNotRead(ILogger logger, Exception failure);
}
