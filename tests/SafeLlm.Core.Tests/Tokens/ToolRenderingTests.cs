using System.Text;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class ToolRenderingTests
{
    [Fact]
    public void Of_Function_IsANamespaceInTypeScript() => Assert.Equal(
        """
        namespace functions {

        // Finds things.
        type find = (_: {
        // Query
        //
        // What to find.
        q: string,
        // Format: date
        since?: string | null,
        kind?: "a" | "b", // default: "a"
        tags?: string[],
        place: {
        city: string,
        },
        }) => any;

        type stop = () => any;

        } // namespace functions
        """,
        Render("""
        [{"type":"function","function":{"name":"find","description":" Finds things.\n","parameters":{"type":"object","required":["q","place"],"properties":{
          "q":{"type":"string","title":"Query","description":"What to find."},
          "since":{"anyOf":[{"type":"string","format":"date"},{"type":"null"}]},
          "kind":{"enum":["a","b"],"default":"a"},
          "tags":{"type":"array","items":{"type":"string"}},
          "place":{"$ref":"#/$defs/Place"}},
          "$defs":{"Place":{"type":"object","required":["city"],"properties":{"city":{"type":"string"}}}}}}},
         {"name":"stop","parameters":{"type":"object","properties":{}}}]
        """));

    [Theory]
    [InlineData("""[{"type":"web_search"}]""")]
    [InlineData("""{}""")]
    [InlineData("""[1]""")]
    public void Of_WhatIsNoFunction_IsNull(string tools) => Assert.Null(ToolRendering.Of(Encoding.UTF8.GetBytes(tools)));

    [Fact]
    public void Of_ReferencesThatGrowWithoutBound_GivesUpInTime()
    {
        // each definition refers to the next one twice: two to the power of thirty uses of the last
        var definitions = string.Concat(Enumerable.Range(0, 30).Select(index =>
            """
            "d#":{"type":"object","properties":{"a":{"$ref":"#/$defs/d+"},"b":{"$ref":"#/$defs/d+"}}},
            """.Replace("\"d#", $"\"d{index}", StringComparison.Ordinal).Replace("d+", $"d{index + 1}", StringComparison.Ordinal)));
        var tools = """[{"name":"f","parameters":{"properties":{"x":{"$ref":"#/$defs/d0"}},"$defs":{DEFINITIONS"d30":{"type":"string"}}}}]""".Replace("DEFINITIONS", definitions, StringComparison.Ordinal);
        Assert.Null(ToolRendering.Of(Encoding.UTF8.GetBytes(tools)));
    }

    [Fact]
    public void Of_ARecursiveReference_Ends() =>
        Assert.NotNull(ToolRendering.Of("""[{"name":"f","parameters":{"properties":{"x":{"$ref":"#/$defs/n"}},"$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}}}}}}]"""u8.ToArray()));

    private static string Render(string tools) => ToolRendering.Of(Encoding.UTF8.GetBytes(tools))!.ToString();
}
