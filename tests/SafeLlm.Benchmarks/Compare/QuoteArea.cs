using System.Text;
using System.Text.Json;
using SafeLlm.Benchmarks.Corpora;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>A full quote of a chat request, from its bytes to its price, beside the bare count of the text in it.</summary>
internal sealed class QuoteArea : ICompareArea
{
    private const int RequestBytes = 16 * 1024;
    private const string Model = "gpt-4.1-mini";

    public string Name => "quote";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        var counter = TokenCounters.For(Model);
        foreach (var name in (string[])["english", "code", "chinese", "mixed"])
        {
            var chats = Chats(Corpus.Of(name));
            yield return new Figure($"quote.16KB-{name}-by-bare-count", await RatioAsync(chats, counter, EstimateMethod.Counted)) { AtMost = 1.5 };
        }

        // what a call costs that no limit is near to: the bytes' upper end, without a count
        yield return new Figure("quote.16KB-english-from-bytes-by-bare-count", await RatioAsync(Chats(Corpus.Of("english")), counter, EstimateMethod.Bytes));
    }

    private static Task<double> RatioAsync(List<(byte[] Body, byte[][] Texts)> chats, ITokenCounter counter, EstimateMethod method)
    {
        var quote = TokensArea.Rotating(chats, chat => Quote(chat.Body, method));
        var count = TokensArea.Rotating(chats, chat => Count(chat.Texts, counter));
        return Duel.RatioAsync(quote, count);
    }

    private static Quote Quote(byte[] body, EstimateMethod method)
    {
        var reading = WireFormats.Default.Read(new RequestTarget("POST", "api.openai.com", "/v1/chat/completions", ""), body);
        var facts = ((RequestReading.Call)reading).Facts;
        return Quoters.Of.Quote(facts, Quoters.Price(facts.Model!), method);
    }

    private static void Count(byte[][] texts, ITokenCounter counter)
    {
        foreach (var text in texts)
        {
            counter.Count(text);
        }
    }

    /// <summary>Conversations of 16 KB over a corpus, as JSON, and the texts that they hold.</summary>
    private static List<(byte[] Body, byte[][] Texts)> Chats(Corpus corpus)
    {
        var chats = new List<(byte[], byte[][])>();
        var (lengths, at) = ((int[])[400, 900, 2_500, 1_200, 3_000], 0);
        while (chats.Count < 40)
        {
            var texts = new List<string>();
            for (int message = 0, size = 0; size < RequestBytes; message++)
            {
                var length = Math.Min(lengths[message % lengths.Length], RequestBytes - size);
                var start = at % (corpus.Text.Length - length - 1);
                start += char.IsLowSurrogate(corpus.Text[start]) ? 1 : 0;
                var end = start + length;
                end -= char.IsHighSurrogate(corpus.Text[end - 1]) ? 1 : 0;
                texts.Add(corpus.Text[start..end]);
                size += Encoding.UTF8.GetByteCount(texts[^1]) + 40;
                at += length;
            }

            chats.Add((Body(texts), [.. texts.Select(Encoding.UTF8.GetBytes)]));
        }

        return chats;
    }

    private static byte[] Body(List<string> texts)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("model", Model);
            json.WriteNumber("max_completion_tokens", 500);
            json.WriteStartArray("messages");
            for (var index = 0; index < texts.Count; index++)
            {
                json.WriteStartObject();
                json.WriteString("role", index == 0 ? "system" : index % 2 == 1 ? "user" : "assistant");
                json.WriteString("content", texts[index]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>The quoter and the price, once.</summary>
    private static class Quoters
    {
        public static Quoter Of { get; } = new(ModelCatalog.Embedded);

        public static ModelPrice Price(string model) => ModelCatalog.Embedded.TryFind(model, out var price)
            ? price
            : throw new InvalidOperationException($"The catalog has no {model}.");
    }
}
