using System.Text.Json;

namespace SafeLlm.Cli.Scan.Reports;

/// <summary>One JSON object a finding and a line.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(TextWriter output, ScanResult result)
    {
        foreach (var finding in result.Active)
        {
            var line = new { rule = finding.Rule, file = finding.File, line = finding.Line, endLine = finding.EndLine, message = finding.Message };
            await output.WriteLineAsync(JsonSerializer.Serialize(line, Options));
        }
    }
}
