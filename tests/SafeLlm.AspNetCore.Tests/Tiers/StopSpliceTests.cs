using System.Text;

namespace SafeLlm.AspNetCore.Tests;

public sealed class StopSpliceTests
{
    private static readonly StopPlace Root = new([], ["stop"], 4);
    private static readonly StopPlace Inner = new(["generationConfig", "generation_config"], ["stopSequences", "stop_sequences"], 5);

    [Theory]
    [InlineData("""{"model":"m"}""", """{"stop":["\n\n---","[END]"],"model":"m"}""")]
    [InlineData(""" { }""", """ {"stop":["\n\n---","[END]"] }""")]
    [InlineData("""{"stop": null ,"a":1}""", """{"stop": ["\n\n---","[END]"] ,"a":1}""")]
    [InlineData("""{"a":1,"stop":"x\u0041"}""", """{"a":1,"stop":["x\u0041","\n\n---","[END]"]}""")]
    [InlineData("""{"stop":[]}""", """{"stop":["\n\n---","[END]"]}""")]
    [InlineData("""{"stop":[ "x" , "[END]" ]}""", """{"stop":[ "x" , "[END]" ,"\n\n---"]}""")]
    [InlineData("""{"stop":["[END]","\n\n---"]}""", """{"stop":["[END]","\n\n---"]}""")]
    [InlineData("""{"messages":[{"stop":"x"}],"st\u006fp":["y"]}""", """{"messages":[{"stop":"x"}],"st\u006fp":["y","\n\n---","[END]"]}""")]
    [InlineData("""{"stop":7}""", """{"stop":7}""")]
    public void Add_AtTheRoot_KeepsEveryOtherByte(string json, string expected) => Assert.Equal(expected, Add(json, Root));

    [Theory]
    [InlineData("""{"contents":[]}""", """{"generationConfig":{"stopSequences":["\n\n---","[END]"]},"contents":[]}""")]
    [InlineData("""{"generationConfig":{"topK":1}}""", """{"generationConfig":{"stopSequences":["\n\n---","[END]"],"topK":1}}""")]
    [InlineData("""{"a":1,"generation_config":{"stop_sequences":["x"]}}""", """{"a":1,"generation_config":{"stop_sequences":["x","\n\n---","[END]"]}}""")]
    [InlineData("""{"generationConfig":null}""", """{"generationConfig":{"stopSequences":["\n\n---","[END]"]}}""")]
    public void Add_InAContainer_KeepsEveryOtherByte(string json, string expected) => Assert.Equal(expected, Add(json, Inner));

    [Fact]
    public void Add_MoreThanTheProviderTakes_IsNone() =>
        Assert.Null(Add("""{"stop":["a","b","c"]}""", Root));

    private static string? Add(string json, StopPlace place) =>
        new StopSplice(["\n\n---", "[END]"]).Add(Encoding.UTF8.GetBytes(json), place) is { } edited ? Encoding.UTF8.GetString(edited.Span) : null;
}
