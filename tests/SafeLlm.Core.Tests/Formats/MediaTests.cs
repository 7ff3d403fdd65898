using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Tokens;
using SafeLlm.Tokens;
using SafeLlm.Validation;

namespace SafeLlm.Tests.Formats;

public sealed class MediaTests
{
    // The beginning of a GIF of 2,313 × 2,313.
    private const string Gif = "R0lGODlhCQkJCQkJ";
    private const string WebP = "UklGRgAAAABXRUJQ";
    private const string Wave = "UklGRgAAAABXQVZF";

    [Theory]
    [InlineData($$"""{"type":"base64","media_type":"image/gif","data":"{{Gif}}"}""", PromptPartKind.Image)]
    [InlineData($$"""{"data":"{{Gif}}","media_type":"image\/gif","type":"base64"}""", PromptPartKind.Image)]
    [InlineData($$"""{"type":"base64","media_type":"image/webp","data":"{{WebP}}"}""", PromptPartKind.Image)]
    [InlineData($$"""{"type":"text","media_type":"text/plain","data":"{{Gif}}"}""", PromptPartKind.Text)]
    [InlineData($$"""{"data":"{{Gif}}","media_type":"image/gif","type":"t\u0065xt"}""", PromptPartKind.Text)]
    [InlineData("""{"type":"text","media_type":"text/plain","data":"Hello"}""", PromptPartKind.Text)]
    [InlineData("""{"type":"text","media_type":"text/plain","data":"https://example.com"}""", PromptPartKind.Text)]
    [InlineData($$"""{"type":"base64","media_type":"text/plain","data":"{{Gif}}"}""", PromptPartKind.File)]
    [InlineData($$"""{"type":"base64","media_type":"application/pdf","data":"{{Gif}}"}""", PromptPartKind.File)]
    [InlineData($$"""{"type":"base64","data":"{{Gif}}"}""", PromptPartKind.File)]
    [InlineData($$"""{"type":"other","media_type":"image/gif","data":"{{Gif}}"}""", PromptPartKind.File)]
    [InlineData($$"""{"type":"base64","media_type":"image/webp","data":"{{Wave}}"}""", PromptPartKind.File)]
    [InlineData("""{"type":"base64","media_type":"image/gif","data":"R0lGODlhCQkJ\u0043QkJ"}""", PromptPartKind.File)]
    public void Source_OfAnthropic_IsAPictureOnlyWhereWordsAndBytesSaySo(string source, PromptPartKind kind)
    {
        foreach (var url in (string[])["https://api.anthropic.com/v1/messages", "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku/invoke"])
        {
            var facts = Calls.Read(url, $$$"""{"model":"claude-opus-4-6","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{{{source}}} }]}]}""");

            Assert.Equal(kind, Assert.Single(facts.Parts).Kind);
            Assert.Equal(kind != PromptPartKind.Image, facts.Unknowable.Contains(UnknowableInput.Media));
        }
    }

    [Fact]
    public void Source_OfBlocks_IsReadBlockByBlock()
    {
        var facts = Calls.Read("https://api.anthropic.com/v1/messages", $$$"""
            {"model":"c","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{"content":[
            {"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/gif","data":"{{{Gif}}}"}},
            {"type":"image","source":{"type":"text","data":"{{{Gif}}}"}}],"type":"content"}}]}]}
            """);

        Assert.Equal([PromptPartKind.Text, PromptPartKind.File, PromptPartKind.Text], facts.Parts.Select(part => part.Kind));
    }

    [Fact]
    public void Source_SaidTwice_IsRefused() =>
        Assert.IsType<RequestReading.Malformed>(WireFormats.Default.Read(
            RequestTarget.From(HttpMethod.Post, new Uri("https://api.anthropic.com/v1/messages")),
            System.Text.Encoding.UTF8.GetBytes($$$"""{"model":"c","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"image/gif","data":"{{{Gif}}}","type":"text"}}]}]}""")));

    [Theory]
    [InlineData($$"""{"mimeType":"image/gif","data":"{{Gif}}"}""", PromptPartKind.Image)]
    [InlineData($$"""{"data":"{{Gif}}","mime_type":"image/gif"}""", PromptPartKind.Image)]
    [InlineData($$"""{"mimeType":"text/plain","data":"{{Gif}}"}""", PromptPartKind.File)]
    [InlineData($$"""{"data":"{{Gif}}"}""", PromptPartKind.File)]
    [InlineData($$"""{"mimeType":"audio/wav","data":"{{Wave}}"}""", PromptPartKind.File)]
    [InlineData($$"""{"mimeType":"image/webp","data":"{{Wave}}"}""", PromptPartKind.File)]
    public void InlineData_OfGemini_IsAPictureOnlyWhereWordsAndBytesSaySo(string inline, PromptPartKind kind)
    {
        var facts = Calls.Read("https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent", $$$"""{"contents":[{"parts":[{"inlineData":{{{inline}}} }]}]}""");

        Assert.Equal(kind, Assert.Single(facts.Parts).Kind);
        Assert.Equal(kind != PromptPartKind.Image, facts.Unknowable.Contains(UnknowableInput.Media));
    }

    [Theory]
    [InlineData("image", PromptPartKind.Image)]
    [InlineData("video", PromptPartKind.File)]
    [InlineData("audio", PromptPartKind.File)]
    [InlineData("document", PromptPartKind.File)]
    public void Bytes_OfConverse_AreAPictureOnlyUnderItsName(string name, PromptPartKind kind)
    {
        var facts = Calls.Read("https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse", $$$"""{"messages":[{"role":"user","content":[{"{{{name}}}":{"source":{"bytes":"{{{Gif}}}"} } }]}]}""");

        Assert.Equal(kind, Assert.Single(facts.Parts).Kind);
    }

    [Fact]
    public void Text_ThatBeginsAsAPicture_IsUnderTheRulesAndHeldAsText()
    {
        Assert.True(ModelCatalog.Embedded.TryFind("claude-opus-4-6", out var model));
        var prose = string.Concat(Enumerable.Repeat("All work and no play makes Jack a dull boy. ", 9_000));
        var facts = Calls.Read("https://api.anthropic.com/v1/messages", $$$"""{"model":"claude-opus-4-6","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"{{{Gif}}} {{{prose}}}"}}]}]}""");

        Assert.Equal("too_many_characters", Assert.Single(PromptRules.MostCharacters(100_000).Check(facts)).Rule);
        Assert.True(new Quoter(ModelCatalog.Embedded).Quote(facts, model, EstimateMethod.Counted).Input.Upper >= 99_000);
    }
}
