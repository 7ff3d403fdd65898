using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Cli.Scan.Projects;
using SafeLlm.Cli.Scan.References;

namespace SafeLlm.Cli.Scan;

/// <summary>Runs rules over all projects of a folder, each bound as far as its references allow.</summary>
internal sealed class Scanner(string root, IReadOnlyList<Rule> rules, Progress progress, TimeProvider time)
{
    private static readonly string[] TellingNames = [.. ModelCalls.MethodNames.Except(["Create", "CreateStreaming", "InvokeAsync", "InvokeStreamingAsync", "SendAsync", "SendAsAsync", "Complete", "CompleteAsync", "Chat", "ChatAsync", "Generate", "GenerateAsync"])];

    private readonly ConcurrentBag<Finding> findings = [];
    private readonly ConcurrentBag<string> unbound = [];
    private readonly ConcurrentBag<string> failures = [];

    public ScanResult Run(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var code = CodeBase.Read(root);
        var compiler = new ProjectCompiler(new ReferenceLibrary());
        var configured = new ConfiguredClients();
        var users = new HashSet<ScanProject>();
        var compiled = new List<(ScanProject Project, CSharpCompilation Compilation, ScanOptions Options)>();
        foreach (var project in code.Projects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Tell(compiled.Count, code.Projects.Count, $"reading {project.Name}");
            var options = new ScanOptions(root, project);
            var compilation = compiler.Compile(project, cancellationToken);
            compiled.Add((project, compilation, options));
            var surroundings = Surroundings.Of(compilation, options);
            if (SdkUse.IsIn(surroundings) || project.Closure().Any(users.Contains)) users.Add(project);
            else surroundings.ForgetSdks();
            configured.Add(project, surroundings);
        }

        for (var i = 0; i < compiled.Count; i++)
        {
            progress.Tell(i, compiled.Count, $"checking {compiled[i].Project.Name}");
            configured.Apply(compiled[i].Project, Surroundings.Of(compiled[i].Compilation, compiled[i].Options));
            Check(compiled[i].Compilation, compiled[i].Options, cancellationToken);
        }

        return new ScanResult
        {
            Root = root,
            Findings = [.. findings.Distinct().OrderBy(one => one.File, StringComparer.Ordinal).ThenBy(one => one.Line).ThenBy(one => one.Column).ThenBy(one => one.Rule, StringComparer.Ordinal)],
            Projects = code.Projects.Count,
            Files = compiled.Sum(one => one.Compilation.SyntaxTrees.Length),
            Elapsed = time.GetElapsedTime(start),
            Unbound = [.. unbound.Distinct().Order(StringComparer.Ordinal)],
            Failures = [.. failures.Order(StringComparer.Ordinal)],
            MissingPackages = [.. compiler.MissingPackages.Order(StringComparer.Ordinal)],
            Unreadable = [.. compiler.Unreadable.Concat(code.Unreadable).Select(Relative).Order(StringComparer.Ordinal)],
        };
    }

    private void Check(CSharpCompilation compilation, ScanOptions options, CancellationToken cancellationToken)
    {
        var surroundings = Surroundings.Of(compilation, options);
        var concerned = rules.Where(rule => rule.Concerns(surroundings)).ToArray();
        var diagnostics = new ConcurrentBag<Diagnostic>();
        Parallel.ForEach(compilation.SyntaxTrees, new ParallelOptions { CancellationToken = cancellationToken }, tree =>
        {
            if (FileIndex.Of(tree, surroundings, cancellationToken) is not { } index || GeneratedCode.Includes(tree, cancellationToken)) return;
            var model = compilation.GetSemanticModel(tree);
            foreach (var rule in concerned) Inspect(rule, model);
            if (surroundings.HasModelSdk) Unbound(index, model, cancellationToken);
        });

        // One rule that fails at one file, by a mistake of ours or by code nested too deeply, costs that pair only, and is told.
        void Inspect(Rule rule, SemanticModel model)
        {
            try
            {
                rule.Inspect(surroundings, model, options, diagnostics.Add, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                failures.Add($"{rule.Descriptor.Id} at {Relative(model.SyntaxTree.FilePath)} ({failure.GetType().Name})");
            }
        }

        foreach (var diagnostic in CompilationWithAnalyzers.GetEffectiveDiagnostics(diagnostics, compilation))
        {
            if (options.Severity(diagnostic) is not { } severity) continue;
            var span = diagnostic.Location.GetLineSpan();
            findings.Add(new Finding(
                diagnostic.Id, Relative(span.Path), span.StartLinePosition.Line + 1, span.EndLinePosition.Line + 1, span.StartLinePosition.Character + 1, span.EndLinePosition.Character + 1,
                diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), severity, diagnostic.IsSuppressed));
        }
    }

    private void Unbound(FileIndex index, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var call in index.Invocations(TellingNames))
        {
            var info = model.GetSymbolInfo(call, cancellationToken);
            if (info.Symbol is not null || !info.CandidateSymbols.IsEmpty) continue;
            var place = call.GetLocation().GetLineSpan();
            unbound.Add($"{Relative(place.Path)}:{place.StartLinePosition.Line + 1}");
        }
    }

    private string Relative(string path) => Path.GetRelativePath(root, path).Replace('\\', '/');
}
