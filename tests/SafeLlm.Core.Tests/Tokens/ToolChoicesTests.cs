using System.Text;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class ToolChoicesTests
{
    [Theory]
    [InlineData("auto", false, null)]
    [InlineData("none", false, null)]
    [InlineData("required", true, null)]
    [InlineData("any", true, null)]
    [InlineData("""{"type":"auto","disable_parallel_tool_use":true}""", false, null)]
    [InlineData("""{"type":"any"}""", true, null)]
    [InlineData("""{"type":"tool","name":"f"}""", true, "f")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", true, "f")]
    [InlineData("""{"type":"function","name":"f"}""", true, "f")]
    [InlineData("""{"type":"allowed_tools","mode":"required","tools":[]}""", true, null)]
    [InlineData("""{"type":"allowed_tools","mode":"auto","tools":[]}""", false, null)]
    [InlineData("""{"functionCallingConfig":{"mode":"ANY"}}""", true, null)]
    [InlineData("""{"functionCallingConfig":{"mode":"AUTO"}}""", false, null)]
    [InlineData("""{"auto":{}}""", false, null)]
    [InlineData("""{"any":{}}""", true, null)]
    [InlineData("""{"tool":{"name":"f"}}""", true, "f")]
    [InlineData("""{"name":"f"}""", true, "f")]
    [InlineData("""{"unknown":1}""", true, null)]
    public void Of_ShapesOfAllFormats_TellsWhetherATool_IsForced(string raw, bool isForced, string? name) =>
        Assert.Equal((isForced, name), ToolChoices.Of(Encoding.UTF8.GetBytes(raw)));
}
