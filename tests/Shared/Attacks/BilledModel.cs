using System.Text.Json;
using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Attacks;

/// <summary>A model that answers as long as it is asked and allowed to, and keeps the bill: the article's gpt-4, at the catalog's price.</summary>
internal sealed class BilledModel
{
    public const string Name = "gpt-4";

    // A word is 4/3 of a token, as providers have it.
    private const int EssayTokens = 10_000 * 4 / 3;
    private const int OrdinaryTokens = 150;
    private const int CharactersPerToken = 4;

    private static readonly ModelPrice Price = ModelCatalog.Embedded.TryFind(Name, out var price) ? price : throw new InvalidOperationException($"The catalog has no {Name}.");

    private long spent;

    /// <summary>The bill so far, in dollars.</summary>
    public decimal Spent => new NanoUsd(Volatile.Read(ref spent)).Dollars;

    /// <summary>Answers a request, and bills it.</summary>
    public BillableUsage Answer(ReadOnlyMemory<byte> body)
    {
        using var request = JsonDocument.Parse(body);
        var prompt = request.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
        var input = (prompt.Length / CharactersPerToken) + 8;
        var most = Math.Min(Price.ContextTokens!.Value - input, Price.MaxOutputTokens ?? long.MaxValue);
        if (request.RootElement.TryGetProperty("max_tokens", out var bound)) most = Math.Min(most, bound.GetInt64());
        var usage = new BillableUsage(input, 0, 0, Math.Min(Wanted(prompt), most));
        Interlocked.Add(ref spent, Quoter.Cost(Price, usage).Value);
        return usage;
    }

    private static long Wanted(string prompt) => prompt switch
    {
        AttackPrompts.Essay or AttackPrompts.Repeat or AttackPrompts.Harmless => EssayTokens,
        AttackPrompts.Cheap => 10,
        _ => OrdinaryTokens,
    };
}
