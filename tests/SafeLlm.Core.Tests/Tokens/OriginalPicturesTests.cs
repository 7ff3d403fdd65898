using System.Buffers.Binary;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class OriginalPicturesTests
{
    [Theory]
    [InlineData("gpt-5.4", "high", 4_066)]
    [InlineData("gpt-5.4", "original", 16_216)]
    [InlineData("gpt-5.4", "\\u006friginal", 16_216)]
    [InlineData("gpt-5.6-mini", "original", 16_216)]
    [InlineData("gpt-5-mini", "original", 2_505)]
    public void UpperEnd_OfAPictureInItsOwnSize_HasThePatchesOfIt(string model, string detail, long tokens)
    {
        var picture = Picture(3_200, 3_200);
        var chat = Calls.Chat($$$"""{"model":"{{{model}}}","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{picture}}}","detail":"{{{detail}}}"}}]}]}""");
        var responses = Calls.Read("https://api.openai.com/v1/responses", $$$"""{"model":"{{{model}}}","input":[{"role":"user","content":[{"type":"input_image","detail":"{{{detail}}}","image_url":"data:image/png;base64,{{{picture}}}"}]}]}""");
        foreach (var facts in (CallFacts[])[chat, responses])
        {
            var estimate = new PromptEstimator().FromBytes(facts, new ModelPrice(model, 1, 1) { ContextTokens = 400_000 });

            Assert.Equal(EstimateBasis.Bounded, estimate.Basis);
            Assert.InRange(estimate.Tokens.Upper, tokens, tokens + 100);
        }
    }

    private static string Picture(int width, int height)
    {
        var bytes = new byte[40];
        ((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R']).CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        return Convert.ToBase64String(bytes);
    }
}
