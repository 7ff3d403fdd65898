using System.Text;
using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Every wire format either takes a tier's stop sequences at its own place, or is known to take none.</summary>
public sealed class StopPlaceTests
{
    // OpenAI's Responses and embeddings have none; an API of one's own may have another.
    private static readonly string[] WithoutAPlace =
        ["openai-responses", "openai-embeddings", "gemini-embed", "gemini-predict-embed", "ollama-api-embeddings", "cohere-v1-embed", "cohere-v2-embed", "generate"];

    public static TheoryData<string, string, string, string> Places => new()
    {
        { "openai-chat", "/v1/chat/completions", """{"model":"m","messages":[]}""", """{"stop":["[END]"],"model":"m","messages":[]}""" },
        { "openai-completions", "/v1/completions", """{"model":"m","prompt":"a"}""", """{"stop":["[END]"],"model":"m","prompt":"a"}""" },
        { "anthropic-messages", "/v1/messages", """{"model":"m","messages":[]}""", """{"stop_sequences":["[END]"],"model":"m","messages":[]}""" },
        { "anthropic-complete", "/v1/complete", """{"model":"m","prompt":"a"}""", """{"stop_sequences":["[END]"],"model":"m","prompt":"a"}""" },
        { "gemini", "/v1beta/models/m:generateContent", """{"contents":[]}""", """{"generationConfig":{"stopSequences":["[END]"]},"contents":[]}""" },
        { "bedrock-converse", "/model/m/converse", """{"messages":[]}""", """{"inferenceConfig":{"stopSequences":["[END]"]},"messages":[]}""" },
        { "bedrock-invoke", "/model/us.anthropic.claude-3-haiku-20240307-v1%3A0/invoke", """{"messages":[]}""", """{"stop_sequences":["[END]"],"messages":[]}""" },
        { "bedrock-invoke", "/model/anthropic.claude-v2/invoke", """{"prompt":"a"}""", """{"stop_sequences":["[END]"],"prompt":"a"}""" },
        { "bedrock-invoke", "/model/amazon.nova-lite-v1%3A0/invoke", """{"messages":[]}""", """{"inferenceConfig":{"stopSequences":["[END]"]},"messages":[]}""" },
        { "bedrock-invoke", "/model/amazon.titan-text-lite-v1/invoke", """{"inputText":"a","textGenerationConfig":{"topP":1}}""", """{"inputText":"a","textGenerationConfig":{"stopSequences":["[END]"],"topP":1}}""" },
        { "bedrock-invoke", "/model/cohere.command-r-v1%3A0/invoke", """{"message":"a"}""", """{"stop_sequences":["[END]"],"message":"a"}""" },
        { "bedrock-invoke", "/model/ai21.jamba-1-5-mini-v1%3A0/invoke", """{"messages":[]}""", """{"stop":["[END]"],"messages":[]}""" },
        { "bedrock-invoke", "/model/us.deepseek.r1-v1%3A0/invoke", """{"prompt":"a"}""", """{"stop":["[END]"],"prompt":"a"}""" },
        { "ollama-api-chat", "/api/chat", """{"model":"m","messages":[],"options":{}}""", """{"model":"m","messages":[],"options":{"stop":["[END]"]}}""" },
        { "ollama-api-generate", "/api/generate", """{"model":"m","prompt":"a"}""", """{"options":{"stop":["[END]"]},"model":"m","prompt":"a"}""" },
        { "cohere-v2-chat", "/v2/chat", """{"model":"m","messages":[]}""", """{"stop_sequences":["[END]"],"model":"m","messages":[]}""" },
        { "cohere-v1-chat", "/v1/chat", """{"model":"m","message":"a"}""", """{"stop_sequences":["[END]"],"model":"m","message":"a"}""" },
        { "cohere-v1-generate", "/v1/generate", """{"model":"m","prompt":"a"}""", """{"stop_sequences":["[END]"],"model":"m","prompt":"a"}""" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void Of_ARequestOfAFormat_IsWhereItsProviderReadsThem(string format, string path, string json, string expected)
    {
        var facts = Read(path, json);
        Assert.Equal(format, facts.Format.Name);

        var edited = new StopSplice(["[END]"]).Add(facts.Body, StopPlace.Of(facts, new ModelPrice("m", 1, 1))!);

        Assert.Equal(expected, Encoding.UTF8.GetString(edited!.Value.Span));
    }

    [Theory]
    [InlineData("/model/meta.llama3-8b-instruct-v1%3A0/invoke")]
    [InlineData("/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aapplication-inference-profile%2Fabc/invoke")]
    [InlineData("/v1/responses")]
    public void Of_ARequestThatTakesNone_IsNone(string path) => Assert.Null(StopPlace.Of(Read(path, "{}"), new ModelPrice("m", 1, 1)));

    [Fact]
    public void Of_AModelThatGeneratesNothing_IsNone() =>
        Assert.Null(StopPlace.Of(Read("/model/amazon.titan-embed-text-v2%3A0/invoke", "{}"), new ModelPrice("m", 1, 0) { IsEmbedding = true }));

    [Fact]
    public void EveryFormat_IsDecided() =>
        Assert.Equal(
            WireFormats.Default.All.Select(format => format.Name).Order(StringComparer.Ordinal),
            Places.Select(row => row.Data.Item1).Concat(WithoutAPlace).Distinct().Order(StringComparer.Ordinal));

    private static CallFacts Read(string path, string json) =>
        Assert.IsType<RequestReading.Call>(WireFormats.Default.Read(new RequestTarget("POST", "host", path, ""), Encoding.UTF8.GetBytes(json))).Facts;
}
