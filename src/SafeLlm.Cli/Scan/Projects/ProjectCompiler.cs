using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using SafeLlm.Cli.Scan.References;

namespace SafeLlm.Cli.Scan.Projects;

/// <summary>Makes a compilation of a project: its sources, the projects it refers to, and the assemblies that can be had.</summary>
internal sealed class ProjectCompiler(ReferenceLibrary library)
{
    private const long MaxSourceBytes = 4 << 20;

    private static readonly string[] Symbols = ["NET", "NETCOREAPP", "NET5_0_OR_GREATER", "NET6_0_OR_GREATER", "NET7_0_OR_GREATER", "NET8_0_OR_GREATER", "NET8_0", "NET9_0_OR_GREATER", "NET10_0_OR_GREATER"];

    private readonly Dictionary<ScanProject, CSharpCompilation> done = [];

    public HashSet<string> MissingPackages { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ConcurrentBag<string> Unreadable { get; } = [];

    public CSharpCompilation Compile(ScanProject project, CancellationToken cancellationToken)
    {
        var parse = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview).WithDocumentationMode(DocumentationMode.None).WithPreprocessorSymbols(Symbols);
        var trees = new SyntaxTree?[project.Sources.Count];
        Parallel.For(0, trees.Length, new ParallelOptions { CancellationToken = cancellationToken }, i => trees[i] = Parse(project.Sources[i], parse, cancellationToken));

        var usings = GlobalUsings.Of(project);
        var all = trees.OfType<SyntaxTree>().ToList();
        if (usings.Length > 0) all.Add(CSharpSyntaxTree.ParseText(usings, parse, project.Folder + "/usings.g.cs", cancellationToken: cancellationToken));

        var projects = project.Closure().Skip(1).Where(done.ContainsKey).Select(other => done[other]).ToList();
        var names = projects.Select(other => other.AssemblyName ?? "").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var references = projects.Select(other => (MetadataReference)other.ToMetadataReference()).Concat(library.For(project, names, MissingPackages));
        var compilation = CSharpCompilation.Create(
            project.Properties.GetValueOrDefault("AssemblyName") is { Length: > 0 } named && !named.Contains('$', StringComparison.Ordinal) ? named : project.Name,
            all,
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Annotations, allowUnsafe: true, reportSuppressedDiagnostics: true, metadataImportOptions: MetadataImportOptions.Public));
        done.Add(project, compilation);
        return compilation;
    }

    private SyntaxTree? Parse(string file, CSharpParseOptions options, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file).Length > MaxSourceBytes)
            {
                Unreadable.Add(file);
                return null;
            }

            using var stream = File.OpenRead(file);
            return CSharpSyntaxTree.ParseText(SourceText.From(stream), options, file, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or InsufficientExecutionStackException)
        {
            Unreadable.Add(file);
            return null;
        }
    }
}
