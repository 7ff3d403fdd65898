using System.CommandLine;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SafeLlm.Cli.Quotes;
using SafeLlm.Tests;

namespace SafeLlm.Cli.Tests.Quotes;

public sealed class RecordedQuotesTests : IDisposable
{
    private const string Chat = """{"id":"a1","method":"POST","url":"https://api.openai.com/v1/chat/completions","request_body":"{\"model\":\"gpt-4o-mini\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}","request_encoding":"utf8"}""";

    private readonly string folder = Directory.CreateTempSubdirectory("safellm-quotes-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Quote_OfAChat_HasTokensDollarsAndTheirBasis(bool isCompressed)
    {
        var line = Assert.Single(Quote(0, isCompressed, Chat));
        Assert.Equal("a1", line.GetProperty("id").GetString());
        Assert.Equal("openai-chat", line.GetProperty("format").GetString());
        Assert.Equal("gpt-4o-mini", line.GetProperty("model").GetString());
        var input = line.GetProperty("input");
        Assert.Equal(8, input.GetProperty("expected").GetInt64());
        Assert.InRange(8, input.GetProperty("lower").GetInt64(), input.GetProperty("upper").GetInt64());
        Assert.True(input.GetProperty("estimable").GetBoolean());
        Assert.Contains(input.GetProperty("method").GetString(), (string[])["exact", "bounded", "calibrated"]);
        Assert.Equal(51, line.GetProperty("output").GetProperty("upper").GetInt64());
        Assert.InRange(line.GetProperty("usd").GetProperty("expected").GetDecimal(), 0.000001m, line.GetProperty("usd").GetProperty("upper").GetDecimal());
        Assert.NotEqual(0, line.GetProperty("basis").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("error").ValueKind);
    }

    [Fact]
    public void Quote_OfAnUnknownModel_HasTokensAndNoDollars()
    {
        var line = Assert.Single(Quote(0, false, Chat.Replace("gpt-4o-mini", "never-heard-of", StringComparison.Ordinal)));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("usd").ValueKind);
        Assert.Contains("no price", line.GetProperty("basis")[0].GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, line.GetProperty("input").GetProperty("expected").GetInt64());
    }

    [Fact]
    public void Quote_OfServerState_IsNotEstimable()
    {
        var line = Assert.Single(Quote(0, false, """{"id":"b","method":"POST","url":"https://api.openai.com/v1/responses","request_body":"{\"model\":\"gpt-4o-mini\",\"previous_response_id\":\"r\",\"input\":\"Hi\"}"}"""));
        Assert.False(line.GetProperty("input").GetProperty("estimable").GetBoolean());
        Assert.Equal(128_000, line.GetProperty("input").GetProperty("upper").GetInt64());
    }

    [Fact]
    public void Quote_OfLinesThatCannotBeRead_GivesALineWithAnErrorForEach()
    {
        var lines = Quote(
            1,
            false,
            "no json",
            "[]",
            """{"id":"x"}""",
            """{"id":"y","method":"POST","url":"https://api.openai.com/v1/chat/completions","request_body":"%","request_encoding":"base64"}""",
            """{"id":"z","method":"POST","url":"https://h/unknown","request_body":"{}"}""",
            """{"id":"m","method":"GET","url":"https://api.openai.com/v1/models","request_body":""}""",
            """{"id":"n","method":"POST","url":"https://api.openai.com/v1/chat/completions","request_body":"{\"a\":1,\"a\":2}"}""");
        Assert.Equal(7, lines.Count);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.String, line.GetProperty("error").ValueKind));
        Assert.Equal("n", lines[6].GetProperty("id").GetString());
        Assert.Equal("openai-chat", lines[6].GetProperty("format").GetString());
    }

    [Fact]
    public void Quote_OfRecordedTraffic_HasALineForEachRecordWithoutPromptText()
    {
        var output = Path.Combine(folder, "out.jsonl");
        var (exit, _, _) = Run("--in", SharedData.Path("data", "traffic", "dev.jsonl.gz"), "--out", output);
        Assert.Equal(0, exit);
        var lines = File.ReadAllLines(output).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(2_320, lines.Count);
        Assert.InRange(lines.Count(line => line.GetProperty("error").ValueKind != JsonValueKind.Null), 0, 40);
        Assert.InRange(lines.Count(line => line.GetProperty("usd").ValueKind == JsonValueKind.Object), 1_900, 2_320);
    }

    [Fact]
    public void Quote_OfAMissingFile_SaysSo()
    {
        var (exit, _, errors) = Run("--in", Path.Combine(folder, "absent"), "--out", Path.Combine(folder, "out"));
        Assert.Equal(2, exit);
        Assert.Contains("absent", errors, StringComparison.Ordinal);
    }

    private List<JsonElement> Quote(int expected, bool isCompressed, params string[] records)
    {
        var (input, output) = (Path.Combine(folder, "in.jsonl"), Path.Combine(folder, "out.jsonl"));
        using (var file = File.Create(input))
        using (var stream = isCompressed ? new GZipStream(file, CompressionMode.Compress) : (Stream)file)
        {
            stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', records) + "\n"));
        }

        var (exit, _, errors) = Run("--in", input, "--out", output);
        Assert.True(exit == expected, errors);
        return [.. File.ReadAllLines(output).Select(line => JsonElement.Parse(line))];
    }

    private static (int Exit, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exit = QuoteCommand.Create(TimeProvider.System).Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }).GetAwaiter().GetResult();
        return (exit, output.ToString(), errors.ToString());
    }
}
