using SafeLlm.Redis;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Terminal;

/// <summary>Runs what a command does with a store file, and says in one line what is wrong with it. Exit codes: 1 for the store, 2 for the arguments.</summary>
internal static class StoreCall
{
    public static async Task<int> RunAsync(TextWriter errors, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (fault is SqliteStoreException or RedisStoreException)
        {
            await errors.WriteLineAsync(SafeText.Of(fault.Message));
            return 1;
        }
        catch (InvalidOperationException fault)
        {
            await errors.WriteLineAsync(SafeText.Of(fault.Message));
            return 1;
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException)
        {
            await errors.WriteLineAsync(SafeText.Of(refused.Message));
            return 2;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(SafeText.Of(failure.Message));
            return 1;
        }
    }
}
