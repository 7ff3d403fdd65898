using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>A script beside the ledger's, for what few calls ask: what was learned of keys, who has to wait, whose an id is.</summary>
internal sealed class SideScript
{
    private readonly string text;

    private SideScript(string name) => text = ScriptText.Read("side.lua") + ScriptText.Read(name);

    /// <summary>What was learned of keys, and who has to wait.</summary>
    public static SideScript Watch { get; } = new("watch.lua");

    /// <summary>To whom ids of the provider were issued.</summary>
    public static SideScript Issued { get; } = new("issued.lua");

    /// <exception cref="RedisStoreException">The server did not answer, or refused.</exception>
    public ValueTask<string[]> RunAsync(RedisConnection connection, RedisKey about, string operation, params RedisValue[] more) => RunAsync(connection, [about], operation, more);

    /// <exception cref="RedisStoreException">The server did not answer, or refused.</exception>
    public async ValueTask<string[]> RunAsync(RedisConnection connection, RedisKey[] keys, string operation, params RedisValue[] more)
    {
        var answer = await connection.GuardedAsync(
            static async (database, state) => (RedisResult[])(await database.ScriptEvaluateAsync(state.text, state.keys, state.arguments).ConfigureAwait(false))!,
            (text, keys, arguments: (RedisValue[])[operation, connection.Now, .. more])).ConfigureAwait(false);
        return Array.ConvertAll(answer, part => (string)part!);
    }
}
