using System.CommandLine;
using SafeLlm.Redis;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Keys;

/// <summary>Runs a command so that what can go wrong ends in one sentence: exit 2, since what was asked cannot be done.</summary>
internal static class Guarded
{
    public static void SetGuardedAction(this Command command, Func<ParseResult, CancellationToken, Task> run) => command.SetAction(async (parsed, cancellationToken) =>
    {
        var errors = parsed.InvocationConfiguration.Error;
        try
        {
            await run(parsed, cancellationToken);
            return 0;
        }
        catch (Exception wrong) when (wrong is CommandFailedException or ArgumentException)
        {
            await errors.WriteLineAsync(wrong.Message);
            return 2;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"The secret could not be written: {failure.Message}");
            return 2;
        }
        catch (Exception failure) when (failure is SqliteStoreException or RedisStoreException or InvalidOperationException)
        {
            await errors.WriteLineAsync(failure.Message);
            return 2;
        }
    });
}
