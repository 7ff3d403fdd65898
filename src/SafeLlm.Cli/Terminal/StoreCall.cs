using SafeLlm.Redis;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Terminal;

/// <summary>Runs what a command does with a store, and says in one line why it cannot be done: exit 2.</summary>
internal static class StoreCall
{
    public static async Task<int> RunAsync(TextWriter errors, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception failure) when (failure is SqliteStoreException or RedisStoreException or InvalidOperationException or ArgumentException or FormatException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(SafeText.Of(failure.Message));
            return 2;
        }
    }
}
