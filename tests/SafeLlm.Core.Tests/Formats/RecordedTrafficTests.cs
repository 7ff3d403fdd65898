using System.Text.Json.Nodes;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

public sealed class RecordedTrafficTests
{
    // Wires that no format is for, and that are refused as unknown routes.
    private static readonly string[] Unnamed = ["rerank", "cohere-v1-rerank", "cohere-v2-rerank", "replicate", "gemini-interactions"];

    private static readonly string[] Owned =
    [
        "max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "maxTokens", "max_new_tokens", "maxTokenCount",
        "max_gen_len", "max_tokens_to_sample", "num_predict", "include_usage",
    ];

    private static readonly string[] Containers =
        ["generationConfig", "generation_config", "inferenceConfig", "textGenerationConfig", "options", "stream_options", "additionalModelRequestFields"];

    [Fact]
    public void Format_OfEveryRecording_IsTheRecorded()
    {
        foreach (var recording in Recording.All)
        {
            var expected = Unnamed.Contains(recording.Wire) ? "unknown" : recording.Wire;
            var name = WireFormats.Default.Read(recording.Target, recording.Request) switch
            {
                RequestReading.Call call => call.Facts.Format.Name,
                RequestReading.Passage passage => passage.Route,
                RequestReading.Malformed => WireFormats.Default.Recognise(recording.Target)?.Name,
                _ => "unknown",
            };
            Assert.Equal($"{recording.Id} {expected}", $"{recording.Id} {name}");
        }
    }

    [Fact]
    public void Request_OfEveryRecording_IsReadAndStrict()
    {
        foreach (var recording in Recording.All.Where(recording => recording.Request.Length > 0))
        {
            Assert.IsNotType<RequestReading.Malformed>(WireFormats.Default.Read(recording.Target, recording.Request));
            Assert.Null(StrictJson.Check(recording.Request));
        }
    }

    [Fact]
    public void Usage_OfRecordings_EqualsTheRecorded()
    {
        var known = Recording.All.Where(recording => !Unnamed.Contains(recording.Wire)).ToList();
        var wrong = known.Where(recording => recording.Usage != Recording.Describe(Meter(recording).Usage)).Select(recording => recording.Id).ToList();
        Assert.DoesNotContain(wrong, id => !known.Single(recording => recording.Id == id).HasUsage);
        Assert.InRange(wrong.Count, 0, known.Count(recording => recording.HasUsage) * 5 / 1000);
    }

    [Fact]
    public void Billable_OfRecordings_FollowsFromUsage()
    {
        foreach (var recording in Recording.All.Where(recording => recording.HasUsage && !Unnamed.Contains(recording.Wire)))
        {
            var reading = Meter(recording);
            // Two recordings report one side only, beside text that was generated or a prompt that was sent.
            if (reading.Billable is not { } billable)
            {
                Assert.True(reading.Usage!.Input is null || reading.Usage.Output is null, recording.Id);
                continue;
            }

            Assert.True(billable is { Input: >= 0, CacheRead: >= 0, CacheWrite: >= 0, Output: >= 0 }, recording.Id);
            Assert.Null(reading.UsageUnknown);
        }
    }

    [Fact]
    public void Streams_OfRecordings_AreCompleteUnlessTheyFailed()
    {
        var incomplete = Recording.All
            .Where(recording => recording.IsStreaming && !Unnamed.Contains(recording.Wire))
            .Select(recording => (recording, Reading: Meter(recording)))
            .Where(entry => !entry.Reading.IsComplete)
            .ToList();
        // A failed tool call inside a 200, and a service that marks no end.
        Assert.Equal(["groq tool_use_failed", "writer "], incomplete.Select(entry => $"{entry.recording.Provider} {entry.Reading.Error}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Meter_OfEveryStream_ReadsTheSameAtOddSplits()
    {
        foreach (var recording in Recording.All.Where(recording => recording.IsStreaming && !Unnamed.Contains(recording.Wire)))
        {
            Assert.Equal(Meter(recording), Meter(recording, 61));
        }
    }

    [Fact]
    public void Edit_OfEveryRecording_KeepsTheDocumentButForOwnedMembers()
    {
        foreach (var recording in Recording.All)
        {
            if (WireFormats.Default.Read(recording.Target, recording.Request) is not RequestReading.Call { Facts: var facts }) continue;
            var edited = facts.Format.Edit(facts, new RequestEdit(5, AskForUsage: true));
            var again = ((RequestReading.Call)WireFormats.Default.Read(recording.Target, edited)).Facts;
            if (facts.TakesBound) Assert.InRange(again.Bound.TokensPerChoice ?? long.MaxValue, 0, 5);
            Assert.Equal(facts.IsStreaming, again.AsksForUsage);
            Assert.Equal(facts.Parts.Select(part => Convert.ToHexString(facts.Raw(part))), again.Parts.Select(part => Convert.ToHexString(again.Raw(part))));
            Assert.True(JsonNode.DeepEquals(WithoutOwned(recording.Request), WithoutOwned(edited.ToArray())), recording.Id);
            Assert.True(again.Format.Edit(again, new RequestEdit(5, AskForUsage: true)).Equals(edited), recording.Id);
        }
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(5, false)]
    [InlineData(null, true)]
    [InlineData(1_000_000, true)]
    public void Edit_OfEveryRecording_KeepsEveryByteThatItDoesNotOwn(int? tokens, bool asksForUsage)
    {
        foreach (var recording in Recording.All)
        {
            if (WireFormats.Default.Read(recording.Target, recording.Request) is not RequestReading.Call { Facts: var facts }) continue;
            var edited = facts.Format.Edit(facts, new RequestEdit(tokens, asksForUsage));
            Assert.Equal(WithoutMembers.Of(recording.Request, Owned, Containers), WithoutMembers.Of(edited.Span, Owned, Containers));
        }
    }

    // Read once more without the meter, of the answers that are one document.
    [Fact]
    public void ToolUses_OfRecordings_AreWhatTheAnswersShow()
    {
        var seen = 0;
        foreach (var recording in Recording.All.Where(recording => recording is { IsStreaming: false, Wire: "openai-responses" or "anthropic-messages", Head.Status: 200 }))
        {
            if (WireFormats.Default.Read(recording.Target, recording.Request) is not RequestReading.Call { Facts: var facts } || !facts.Unknowable.Contains(UnknowableInput.HostedTools)) continue;
            var answer = JsonNode.Parse(recording.Response)!;
            var reading = Meter(recording);
            seen++;
            if (recording.Wire == "anthropic-messages")
            {
                Assert.Equal((recording.Id, (int?)answer["usage"]?["server_tool_use"]?["web_search_requests"] ?? 0), (recording.Id, reading.WebSearches));
                continue;
            }

            var items = answer["output"]!.AsArray().Select(item => (string)item!["type"]!).ToList();
            Assert.InRange(reading.WebSearches!.Value, items.Count(item => item == "web_search_call"), 4 * items.Count);
            Assert.Equal((items.Count(item => item == "file_search_call"), items.Count(item => item == "code_interpreter_call")), (reading.FileSearches, reading.CodeRuns));
        }

        Assert.InRange(seen, 60, int.MaxValue);
    }

    private static ResponseReading Meter(Recording recording, int size = int.MaxValue)
    {
        var reading = WireFormats.Default.Read(recording.Target, recording.Request);
        var format = WireFormats.Default.Recognise(recording.Target);
        var facts = reading is RequestReading.Call call ? call.Facts : format is null ? null : new CallFacts { Format = format, Body = default };
        var meter = reading is RequestReading.Passage passage
            ? WireFormats.CreateCountMeter(passage, recording.Head)!
            : new TallyMeter(((JsonWireFormat)format!).Rules, recording.Head, facts, _ => new WordCounter());
        var body = recording.Response.AsSpan();
        while (!body.IsEmpty)
        {
            var take = Math.Min(size, body.Length);
            meter.Append(body[..take]);
            body = body[take..];
        }

        return meter.Complete();
    }

    private static JsonObject WithoutOwned(byte[] body)
    {
        var document = JsonNode.Parse(body)!.AsObject();
        foreach (var owned in Owned) document.Remove(owned);
        foreach (var name in Containers)
        {
            if (document[name] is JsonObject container)
            {
                foreach (var owned in Owned) container.Remove(owned);
                if (container.Count > 0) continue;
            }

            document.Remove(name);
        }

        return document;
    }
}
