using System.Text;
using CsCheck;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class PromptPiecesTests
{
    [Theory]
    [InlineData("[]", 0)]
    [InlineData("""[{"type":"function","function":{"name":"f","parameters":{"properties":{}}}}]""", 1)]
    [InlineData("""[{"name":"f","input_schema":{}},{"name":"g","input_schema":{"a":[{}]}}]""", 2)]
    [InlineData("""[{"functionDeclarations":[{"name":"f"},{"name":"g","parameters":{"x":{}}}]}]""", 2)]
    [InlineData("""[{"toolSpec":{"name":"f","inputSchema":{"json":{}}}}]""", 1)]
    public void ToolCount_ShapesOfAllFormats_CountsTools(string tools, int count) => Assert.Equal(count, ToolCount.Of(Encoding.UTF8.GetBytes(tools)));

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("[1, 23,456 ]", 3)]
    [InlineData("[[1,2],[3]]", 3)]
    public void TokenIds_OfArrays_AreCounted(string array, long count) => Assert.Equal(count, TokenIds.Count(Encoding.UTF8.GetBytes(array)));

    [Fact]
    public void JsonWhitespace_Stripped_LeavesStringsAlone()
    {
        using var text = new PooledText();
        JsonWhitespace.Strip("{ \"a b\" : [ 1 ,\n\t\"c \\\" d\" ] }"u8, text);
        Assert.Equal("{\"a b\":[1,\"c \\\" d\"]}", Encoding.UTF8.GetString(text.Written));
    }

    [Fact]
    public void JsonWhitespace_AnyBytes_NeverThrows() => Gen.Byte.Array.Sample(bytes =>
    {
        using var text = new PooledText();
        JsonWhitespace.Strip(bytes, text);
        return text.Written.Length <= bytes.Length;
    });

    [Theory]
    [InlineData("claude-3-opus-20240229", "", "claude-3-opus")]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "", "claude-sonnet-4-5")]
    [InlineData("anthropic/claude-opus-4.7", "openrouter.ai", "claude-opus-4-7")]
    [InlineData("google/gemini-2.5-flash", "openrouter.ai", "gemini")]
    [InlineData("us.amazon.nova-2-lite-v1:0", "", "nova-2-lite")]
    [InlineData("openai/gpt-oss-120b", "api.groq.com", "gpt-oss")]
    [InlineData("never-heard-of", "", "other")]
    public void TokenFamilies_Names_AreFoundByWhatIsMostSpecific(string model, string authority, string family) =>
        Assert.Equal(family, TokenFamilies.For(model, authority).Name);
}
