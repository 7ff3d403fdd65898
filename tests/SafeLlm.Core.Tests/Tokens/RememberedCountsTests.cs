using System.Text;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

/// <summary>Promise 4: a count that is remembered is the count of that very text.</summary>
public sealed class RememberedCountsTests
{
    private static readonly byte[] Long = Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("The tide waits for nobody.", 40)));

    [Fact]
    public void A_long_text_is_counted_once()
    {
        var counter = new Watched();
        var remembered = new RememberedCounts(counter);

        var first = remembered.Count(Long);
        var second = remembered.Count(Long);

        Assert.Equal(TokenCounters.O200kBase.Count(Long), first);
        Assert.Equal(first, second);
        Assert.Equal(1, counter.Counted);
    }

    [Fact]
    public void A_text_that_differs_in_one_byte_is_counted_by_itself()
    {
        var remembered = new RememberedCounts(TokenCounters.O200kBase);
        var other = Long.ToArray();
        other[^1] = (byte)' ';
        remembered.Count(Long);

        Assert.Equal(TokenCounters.O200kBase.Count(other), remembered.Count(other));
        Assert.Equal(TokenCounters.O200kBase.Count(Long.AsSpan(1)), remembered.Count(Long.AsSpan(1)));
    }

    [Fact]
    public void Short_texts_are_not_remembered()
    {
        var counter = new Watched();
        var remembered = new RememberedCounts(counter);

        remembered.Count("Say hello."u8);
        remembered.Count("Say hello."u8);

        Assert.Equal(2, counter.Counted);
    }

    [Fact]
    public void More_texts_than_there_are_places_for_are_counted_right()
    {
        var remembered = new RememberedCounts(TokenCounters.O200kBase);
        var text = Long.ToArray();
        for (var i = 0; i < 6_000; i++)
        {
            Encoding.ASCII.GetBytes(FormattableString.Invariant($"{i,6}"), text.AsSpan(8));
            if (i % 97 == 0) Assert.Equal(TokenCounters.O200kBase.Count(text), remembered.Count(text));
            else remembered.Count(text);
        }
    }

    [Fact]
    public void Estimates_are_the_same_whether_counts_are_remembered_or_not()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"model":"gpt-4.1-mini","max_completion_tokens":9,"messages":[{"role":"system","content":"{{Encoding.UTF8.GetString(Long)}}"},{"role":"user","content":"Say \"hello\"."}]}""");
        var call = (RequestReading.Call)WireFormats.Default.Read(new RequestTarget("POST", "api.openai.com", "/v1/chat/completions", ""), body);
        foreach (var model in new[] { "gpt-4.1-mini", "gpt-4", "claude-sonnet-4-5" })
        {
            Assert.True(ModelCatalog.Embedded.TryFind(model, out var price), model);
            var remembering = new PromptEstimator { RemembersCounts = true };
            var plain = new PromptEstimator().FromCount(call.Facts, price).Tokens;

            Assert.Equal(plain, remembering.FromCount(call.Facts, price).Tokens);
            Assert.Equal(plain, remembering.FromCount(call.Facts, price).Tokens);
        }
    }

    private sealed class Watched : ITokenCounter
    {
        public int Counted { get; private set; }

        public string Name => TokenCounters.O200kBase.Name;

        public int Count(ReadOnlySpan<byte> utf8)
        {
            Counted++;
            return TokenCounters.O200kBase.Count(utf8);
        }

        public bool IsOver(ReadOnlySpan<byte> utf8, int limit) => TokenCounters.O200kBase.IsOver(utf8, limit);
    }
}
