using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SafeLlm.Cli.Scan.References;

/// <summary>Compact declarations of SDK versions that are no longer published, compiled when a project first needs one.</summary>
internal sealed class StubLibrary(Func<IReadOnlyList<MetadataReference>> references)
{
    private readonly ConcurrentDictionary<string, MetadataReference?> built = new(StringComparer.Ordinal);

    public MetadataReference? Get(string name) => built.GetOrAdd(name, Build);

    private MetadataReference? Build(string name)
    {
        using var source = typeof(StubLibrary).Assembly.GetManifestResourceStream($"stubs/{name}.txt") ?? throw new InvalidOperationException($"There are no declarations named {name} in this tool.");
        using var reader = new StreamReader(source);
        var tree = CSharpSyntaxTree.ParseText(reader.ReadToEnd());
        var compilation = CSharpCompilation.Create(name, [tree], references(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var image = new MemoryStream();
        var result = compilation.Emit(image, options: new Microsoft.CodeAnalysis.Emit.EmitOptions(metadataOnly: true));
        if (!result.Success) throw new InvalidOperationException($"The declarations of {name} do not compile: {string.Join("; ", result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).Take(3))}");
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
