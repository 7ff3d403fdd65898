using StackExchange.Redis;

namespace SafeLlm.Redis.Anomalies;

/// <summary>The script behind what is learned of keys and who has to wait. Asked for seldom, so it is no part of the ledger's.</summary>
internal static class WatchScript
{
    private const string Name = "watch.lua";

    private static readonly string Text = Read();

    /// <exception cref="RedisStoreException">The server did not answer, or refused.</exception>
    public static async ValueTask<string[]> RunAsync(RedisConnection connection, RedisKey about, string operation, params RedisValue[] more)
    {
        var answer = await connection.GuardedAsync(
            static async (database, state) => (RedisResult[])(await database.ScriptEvaluateAsync(Text, [state.about], state.arguments).ConfigureAwait(false))!,
            (about, arguments: (RedisValue[])[operation, connection.Now, .. more])).ConfigureAwait(false);
        return Array.ConvertAll(answer, part => (string)part!);
    }

    private static string Read()
    {
        using var stream = typeof(WatchScript).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
