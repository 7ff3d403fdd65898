using System.Text;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Formats;

public sealed class GeminiUsageTests
{
    private const string Url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:";

    [Theory]
    [InlineData("""{"promptTokenCount":1000,"candidatesTokenCount":5,"totalTokenCount":1005}""", 1000, 0, 0, 0)]
    [InlineData("""{"promptTokenCount":1000,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"TEXT","tokenCount":100},{"modality":"AUDIO","tokenCount":900}]}""", 1000, 900, 0, 0)]
    [InlineData("""{"promptTokensDetails":[{"tokenCount":900,"modality":"AUDIO"},{"tokenCount":100,"modality":"TEXT"}],"promptTokenCount":1000,"candidatesTokenCount":5}""", 1000, 900, 0, 0)]
    [InlineData("""{"promptTokenCount":1000,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":400},{"modality":"TEXT","tokenCount":200},{"modality":"AUDIO","tokenCount":400}]}""", 1000, 800, 0, 0)]
    [InlineData("""{"promptTokenCount":1000,"cachedContentTokenCount":600,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":700}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":500},{"modality":"TEXT","tokenCount":100}]}""", 400, 200, 600, 0)]
    [InlineData("""{"promptTokenCount":1000,"cachedContentTokenCount":600,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":700}]}""", 400, 400, 600, 0)]
    [InlineData("""{"promptTokenCount":1000,"candidatesTokenCount":5,"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":5}]}""", 1000, 0, 0, 5)]
    [InlineData("""{"promptTokenCount":1000,"candidatesTokenCount":5,"promptTokensDetails":[{"tokenCount":900},{"modality":"SMELL","tokenCount":100}]}""", 1000, 100, 0, 0)]
    public void Sound_InTheDetails_IsBilledAsSound(string usage, long input, long audio, long cached, long audioOutput)
    {
        var billable = Read($$$"""{"candidates":[{"content":{"parts":[{"text":"Hi."}]},"finishReason":"STOP"}],"usageMetadata":{{{usage}}} }""").Billable!.Value;

        Assert.Equal((input, audio, cached, 5, audioOutput), (billable.Input, billable.AudioInput, billable.CacheRead, billable.Output, billable.AudioOutput));
    }

    [Fact]
    public void Sound_OfEachEventOfAStream_IsNotSummed()
    {
        var chunk = """{"candidates":[{"content":{"parts":[{"text":"Hi."}]}}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"TEXT","tokenCount":100},{"modality":"AUDIO","tokenCount":900}]}}""";

        Assert.Equal(900, Read(string.Concat(Enumerable.Repeat($"data: {chunk}\r\n\r\n", 4)), "streamGenerateContent?alt=sse").Billable!.Value.AudioInput);
        Assert.Equal(900, Read($"[{chunk},\r\n{chunk}]", "streamGenerateContent").Billable!.Value.AudioInput);
    }

    [Theory]
    [InlineData("\"serviceTier\":\"priority\"", ServiceTier.Priority)]
    [InlineData("\"serviceTier\":\"PRIORITY\"", ServiceTier.Priority)]
    [InlineData("\"service_tier\":\"SERVICE_TIER_PRIORITY\"", ServiceTier.Priority)]
    [InlineData("\"service_tier\":\"flex\"", ServiceTier.Flex)]
    [InlineData("\"serviceTier\":\"SERVICE_TIER_FLEX\"", ServiceTier.Flex)]
    [InlineData("\"serviceTier\":\"standard\"", ServiceTier.Standard)]
    public void ServiceTier_IsReadFromTheRequestAndFromTheAnswer(string member, ServiceTier tier)
    {
        Assert.Equal(tier, Calls.Read(Url + "generateContent", $$"""{"contents":[],{{member}}}""").ServiceTier);

        var said = member.Replace("service_tier", "serviceTier", StringComparison.Ordinal);
        Assert.Equal(tier, Read($$$"""{"candidates":[],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,{{{said}}}}}""").Billable!.Value.ServiceTier);
    }

    [Theory]
    [InlineData("ON_DEMAND_PRIORITY", 3.6 + 21.6)]
    [InlineData("ON_DEMAND_FLEX", 2 + 12)]
    [InlineData("ON_DEMAND", 2 + 12)]
    [InlineData("PROVISIONED_THROUGHPUT", 2 + 12)]
    [InlineData("TRAFFIC_TYPE_UNSPECIFIED", 2 + 12)]
    public void TrafficType_OfVertex_IsChargedAsTheTierThatItNames(string traffic, double dollars)
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gemini-3.1-pro-preview", out var model));
        var usage = Read($$$"""{"candidates":[],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":1000,"trafficType":"{{{traffic}}}"}}""").Billable!.Value;

        Assert.Equal(NanoUsd.FromDollars((decimal)dollars / 1000), Quoter.Cost(model, usage));
    }

    [Fact]
    public void TrafficType_ThatIsFlex_IsCheaperWhereTheModelHasSuchAPrice()
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gemini-3.6-flash", out var model));
        var usage = Read("""{"candidates":[],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":1000,"trafficType":"ON_DEMAND_FLEX"}}""").Billable!.Value;

        Assert.Equal(NanoUsd.FromDollars(0.0045m), Quoter.Cost(model, usage));
    }

    [Fact]
    public void ServiceTier_OfTheHeader_CountsWhereTheContentDoesNotTell()
    {
        var facts = Calls.Read(Url + "generateContent", "{}");
        var meter = facts.Format.CreateMeter(facts, new ResponseHead(200, "application/json", null, name => name == "x-gemini-service-tier" ? "priority" : null));
        meter.Append("""{"candidates":[],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5}}"""u8);

        Assert.Equal(ServiceTier.Priority, meter.Complete().Billable!.Value.ServiceTier);
    }

    [Theory]
    [InlineData("""{"inlineData":{"mimeType":"audio/wav","data":"UklGRgAAAABXQVZF"}}""")]
    [InlineData("""{"inlineData":{"mimeType":"image/webp","data":"UklGRgAAAABXQVZF"}}""")]
    [InlineData("""{"inlineData":{"mimeType":"audio/mpeg","data":"SUQzBAAA"}}""")]
    [InlineData("""{"fileData":{"fileUri":"https://example.com/a"}}""")]
    public void Quote_OfWhatMayBeSound_HoldsItsPrice(string part)
    {
        Assert.True(ModelCatalog.Embedded.TryFind("gemini-2.5-flash", out var model));
        var facts = Calls.Read(Url + "generateContent", $$"""{"contents":[{"parts":[{{part}}]}],"generationConfig":{"maxOutputTokens":9} }""");

        var quote = new Quoter(ModelCatalog.Embedded).Quote(facts, model, EstimateMethod.Bytes);

        Assert.True(quote.Upper >= Quoter.Cost(model, new BillableUsage(quote.Input.Upper, 0, 0, 9) { AudioInput = quote.Input.Upper }));
    }

    [Theory]
    [InlineData("""{"promptTokenCount":1000}""", null)]
    [InlineData("""{"promptTokenCount":1000,"thoughtsTokenCount":7}""", null)]
    [InlineData("""{"promptTokenCount":1000,"thoughtsTokenCount":7,"totalTokenCount":1012}""", null)]
    [InlineData("""{"promptTokenCount":1000,"totalTokenCount":1005}""", null)]
    [InlineData("""{"promptTokenCount":1000,"totalTokenCount":1000}""", 0)]
    [InlineData("""{"promptTokenCount":1000,"thoughtsTokenCount":7,"totalTokenCount":1007}""", 7)]
    [InlineData("""{"promptTokenCount":1000,"candidatesTokenCount":5}""", 5)]
    public void Output_ThatNoCountTells_IsUnknown(string usage, int? output)
    {
        foreach (var text in (string[])["Hi.", ""])
        {
            var reading = Read($$$"""{"candidates":[{"content":{"parts":[{"text":"{{{text}}}"}]},"finishReason":"STOP"}],"usageMetadata":{{{usage}}} }""");

            Assert.Equal(output, reading.Billable?.Output);
            Assert.Equal(output is null, reading.UsageUnknown is not null);
        }
    }

    private static ResponseReading Read(string content, string method = "generateContent")
    {
        var facts = Calls.Read(Url + method, """{"contents":[{"parts":[{"text":"Hi"}]}]}""");
        var meter = facts.Format.CreateMeter(facts, new ResponseHead(200, content.StartsWith('d') ? "text/event-stream" : "application/json", null, _ => null));
        meter.Append(Encoding.UTF8.GetBytes(content));
        return meter.Complete();
    }
}
