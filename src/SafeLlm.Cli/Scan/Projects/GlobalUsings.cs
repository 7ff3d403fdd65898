namespace SafeLlm.Cli.Scan.Projects;

/// <summary>The usings that a project's SDK and its own items put into every source.</summary>
internal static class GlobalUsings
{
    private static readonly string[] Plain = ["System", "System.IO", "System.Linq", "System.Collections.Generic", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] Hosted =
        ["Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging"];

    private static readonly string[] Web =
        [.. Hosted, "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing"];

    public static string Of(ScanProject project)
    {
        var names = new List<string>(project.Usings.Where(name => !name.Contains('$', StringComparison.Ordinal)));
        if (project.Properties.GetValueOrDefault("ImplicitUsings") is "enable" or "true")
        {
            names.AddRange(Plain);
            if (project.Sdk.Contains("Web", StringComparison.Ordinal)) names.AddRange(Web);
            else if (project.Sdk.Contains("Worker", StringComparison.Ordinal) || project.Sdk.Contains("Aspire", StringComparison.Ordinal)) names.AddRange(Hosted);
        }

        return string.Concat(names.Distinct(StringComparer.Ordinal).Select(name => $"global using global::{name};\n"));
    }
}
