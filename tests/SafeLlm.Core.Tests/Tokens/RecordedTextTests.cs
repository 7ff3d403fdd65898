using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

/// <summary>Every request that was recorded, as it was sent and each of its texts on its own.</summary>
public sealed class RecordedTextTests
{
    [Theory]
    [InlineData("o200k_base")]
    [InlineData("cl100k_base")]
    public void Count_RecordedRequests_EqualsReference(string encoding)
    {
        var counter = encoding == "o200k_base" ? TokenCounters.O200kBase : TokenCounters.Cl100kBase;
        var reference = TiktokenTokenizer.CreateForEncoding(encoding);
        var texts = Texts(SharedData.Path("data", "traffic", "dev.jsonl.gz"));
        Assert.InRange(texts.Count, 2_000, int.MaxValue);
        Parallel.ForEach(texts, text =>
        {
            var expected = reference.CountTokens(text);
            var actual = counter.Count(Encoding.UTF8.GetBytes(text));
            Assert.True(expected == actual, $"{actual} tokens instead of {expected} in a text of {text.Length} characters");
        });
    }

    /// <summary>Without what the reference is known to see otherwise: U+FFFD, special tokens, and pieces that would take it minutes.</summary>
    private static HashSet<string> Texts(string path)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (lines.ReadLine() is { } line)
        {
            var body = JsonElement.Parse(line).TryGetProperty("request_body", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            texts.Add(body);
            if (body.StartsWith('{'))
            {
                Collect(JsonElement.Parse(body), texts);
            }
        }

        texts.RemoveWhere(text => text.Contains('\uFFFD') || text.Contains("<|", StringComparison.Ordinal) || LongestRun(text) > 20_000);
        return texts;
    }

    private static void Collect(JsonElement element, HashSet<string> texts)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            texts.Add(element.GetString()!);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, texts);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                texts.Add(member.Name);
                Collect(member.Value, texts);
            }
        }
    }

    private static int LongestRun(string text)
    {
        int longest = 0, run = 0;
        foreach (var character in text)
        {
            run = char.IsAsciiLetter(character) ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
