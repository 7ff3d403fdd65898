using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

public sealed class WireFormatVectorTests
{
    public static TheoryData<string, string> Requests => FormatVectors.Names("requests");

    public static TheoryData<string, string> Responses => FormatVectors.Names("responses");

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request_OfVector_ReadsAsExpected(string format, string name)
    {
        var vector = FormatVectors.Find("requests", format, name);
        var expected = vector.GetProperty("expect");
        var reading = FormatVectors.Read(vector);
        if (expected.TryGetProperty("error", out var error))
        {
            if (error.GetString() == RefusalCode.UnknownRoute.Name())
            {
                Assert.IsType<RequestReading.UnknownRoute>(reading);
                return;
            }

            var malformed = Assert.IsType<RequestReading.Malformed>(reading);
            Assert.Equal(error.GetString(), malformed.Code.Name());
            if (expected.TryGetProperty("member", out var member)) Assert.Equal(member.GetString(), malformed.Member);
            return;
        }

        var facts = Assert.IsType<RequestReading.Call>(reading).Facts;
        Assert.Equal(format, facts.Format.Name);
        Assert.Equal(expected.GetProperty("model").GetString(), facts.Model);
        Assert.Equal(Number(expected.GetProperty("tokens")), facts.Bound.Tokens);
        Assert.Equal(expected.GetProperty("choices").GetInt32(), facts.Bound.Choices);
        Assert.Equal(expected.GetProperty("streaming").GetBoolean(), facts.IsStreaming);
        Assert.Equal(expected.GetProperty("asksForUsage").GetBoolean(), facts.AsksForUsage);
        Assert.Equal(expected.GetProperty("messages").GetInt32(), facts.Messages);
        Assert.Equal(expected.GetProperty("parts").EnumerateArray().Select(part => part.GetString()), facts.Parts.Select(part => Describe(facts, part)));
        Assert.Equal(expected.GetProperty("unknowable").EnumerateArray().Select(reason => reason.GetString()), facts.Unknowable.Select(reason => reason.ToString()));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Edit_OfVector_ChangesOnlyWhatItOwns(string format, string name)
    {
        var vector = FormatVectors.Find("requests", format, name);
        if (!vector.TryGetProperty("edits", out var edits)) return;
        var facts = ((RequestReading.Call)FormatVectors.Read(vector)).Facts;
        foreach (var edit in edits.EnumerateArray())
        {
            long? tokens = edit.TryGetProperty("tokens", out var bound) ? bound.GetInt64() : null;
            var asks = edit.TryGetProperty("askForUsage", out var ask) && ask.GetBoolean();
            var edited = facts.Format.Edit(facts, new RequestEdit(tokens, asks));
            Assert.Equal(edit.GetProperty("body").GetString(), Encoding.UTF8.GetString(edited.Span));
        }
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void Response_OfVector_ReadsAsExpectedAtAnySplit(string format, string name)
    {
        var vector = FormatVectors.Find("responses", format, name);
        var expected = vector.GetProperty("expect");
        var body = FormatVectors.Body(vector);
        foreach (var (coding, size) in from coding in new[] { null, "gzip", "deflate", "deflate, bare", "br" } from size in new[] { body.Length * 2, 1, 2, 3, 7, 16 } select (coding, size))
        {
            var reading = Meter(format, vector, Codings.Encode(body, coding), coding?.Split(',')[0], size);
            Assert.Equal(expected.GetProperty("usage").GetString(), Recording.Describe(reading.Usage));
            Assert.Equal(expected.GetProperty("billable").GetString(), Describe(reading.Billable));
            Assert.Equal(expected.GetProperty("complete").GetBoolean(), reading.IsComplete);
            Assert.Equal(expected.GetProperty("model").GetString(), reading.Model);
            Assert.Equal(expected.GetProperty("error").GetString(), reading.Error);
            Assert.Equal(expected.GetProperty("outputBytes").GetInt64(), reading.OutputBytes);
            if (expected.TryGetProperty("outputTokensSeen", out var seen)) Assert.Equal(seen.GetInt64(), reading.OutputTokensSeen);
            if (expected.TryGetProperty("tools", out var tools)) Assert.Equal(tools.GetString(), $"{Told(reading.WebSearches)} {Told(reading.FileSearches)} {Told(reading.CodeRuns)}");
            Assert.Equal(reading.Billable is null, reading.UsageUnknown is not null);
        }
    }

    [Fact]
    public void Formats_EachHasVectors_AndEachVectorFileAFormat()
    {
        var files = Directory.EnumerateFiles(FormatVectors.Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        Assert.Equal(WireFormats.Default.All.Select(format => format.Name).Order(StringComparer.Ordinal), files);
        foreach (var format in WireFormats.Default.All)
        {
            Assert.Contains(FormatVectors.Of("requests"), entry => entry.Format == format.Name);
            Assert.Contains(FormatVectors.Of("responses"), entry => entry.Format == format.Name);
        }
    }

    private static ResponseReading Meter(string format, JsonElement vector, byte[] body, string? coding, int size)
    {
        var rules = ((JsonWireFormat)WireFormats.Default.All.Single(known => known.Name == format)).Rules;
        string? Header(string name) => vector.TryGetProperty("headers", out var headers) && headers.TryGetProperty(name, out var value) ? value.GetString() : null;
        var head = new ResponseHead(vector.GetProperty("status").GetInt32(), vector.GetProperty("contentType").GetString(), coding, Header);
        var facts = new CallFacts
        {
            Format = WireFormats.Default.All[0],
            Body = default,
            IsStreaming = vector.TryGetProperty("streaming", out var streaming) && streaming.GetBoolean(),
            Unknowable = vector.TryGetProperty("hostedTools", out var hosted) && hosted.GetBoolean() ? [UnknowableInput.HostedTools] : [],
        };
        var meter = new TallyMeter(rules, head, facts, _ => new WordCounter());
        for (var at = 0; at < body.Length; at += size) meter.Append(body.AsSpan(at, Math.Min(size, body.Length - at)));
        return meter.Complete();
    }

    private static string Told(int? uses) => uses?.ToString(CultureInfo.InvariantCulture) ?? "?";

    private static string Describe(CallFacts facts, PromptPart part)
    {
        var text = new ArrayBufferWriter<byte>();
        facts.WriteText(part, text);
        Assert.Equal(text.WrittenSpan, facts.Text(part, new byte[part.Length]));
        return string.Create(CultureInfo.InvariantCulture, $"{part.Role} {part.Message} {part.Kind}: {Encoding.UTF8.GetString(text.WrittenSpan)}");
    }

    private static string Describe(BillableUsage? usage) => usage is { } billable
        ? string.Create(CultureInfo.InvariantCulture, $"{billable.Input} {billable.CacheRead} {billable.CacheWrite} {billable.Output}")
        : "none";

    private static long? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetInt64();
}
