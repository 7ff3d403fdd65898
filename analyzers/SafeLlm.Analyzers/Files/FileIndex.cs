using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Files;

/// <summary>Where a source names something that a rule asked for. Built once a tree, for all rules.</summary>
internal sealed class FileIndex
{
    private static readonly ConditionalWeakTable<SyntaxTree, FileIndex> Known = new();
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> Texts = new();

    private readonly Dictionary<string, List<InvocationExpressionSyntax>> invocations = [];
    private readonly Dictionary<string, List<ObjectCreationExpressionSyntax>> creations = [];
    private readonly Dictionary<string, List<AssignmentExpressionSyntax>> assignments = [];
    private readonly Dictionary<string, List<SimpleNameSyntax>> mentions = [];
    private readonly List<ExpressionSyntax> keyLiterals = [];

    private FileIndex(SyntaxNode root, bool mentionsModel)
    {
        MentionsModel = mentionsModel;
        foreach (var node in root.DescendantNodes())
        {
            switch (node)
            {
                case InvocationExpressionSyntax invocation when NameOf(invocation.Expression) is { } name && RuleNames.All.Contains(name):
                    Add(invocations, name, invocation);
                    break;
                case ObjectCreationExpressionSyntax creation when NameOf(creation.Type) is { } name && RuleNames.All.Contains(name):
                    Add(creations, name, creation);
                    break;
                case AssignmentExpressionSyntax assignment when NameOf(assignment.Left) is { } name && RuleNames.All.Contains(name):
                    Add(assignments, name, assignment);
                    break;
                case IdentifierNameSyntax identifier when RuleNames.Mentions.Contains(identifier.Identifier.ValueText):
                    Add(mentions, identifier.Identifier.ValueText, identifier);
                    break;
                case LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) && KeyText.LooksLikeKey(literal.Token.ValueText):
                    keyLiterals.Add(literal);
                    break;
            }
        }
    }

    /// <summary>Whether the text names a model provider's host, route or body, whatever SDK is or is not there.</summary>
    public bool MentionsModel { get; }

    public IReadOnlyList<ExpressionSyntax> KeyLiterals => keyLiterals;

    /// <summary>The index, or null where the file cannot interest any rule.</summary>
    public static FileIndex? Of(SyntaxTree tree, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var text = Texts.GetValue(tree, key => new StrongBox<bool>(ModelText.IsIn(key.GetText(cancellationToken).ToString())));
        if (!text.Value && !surroundings.HasModelSdk && !surroundings.HasSafeLlm) return null;
        return Known.GetValue(tree, key => new FileIndex(key.GetRoot(cancellationToken), text.Value));
    }

    public IEnumerable<InvocationExpressionSyntax> Invocations(params string[] names) => Find(invocations, names);

    public IEnumerable<ObjectCreationExpressionSyntax> Creations(params string[] names) => Find(creations, names);

    public IEnumerable<AssignmentExpressionSyntax> Assignments(params string[] names) => Find(assignments, names);

    public IEnumerable<SimpleNameSyntax> Mentions(params string[] names) => Find(mentions, names);

    /// <summary>The last name of a dotted, generic or conditional expression.</summary>
    public static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => null,
    };

    private static IEnumerable<T> Find<T>(Dictionary<string, List<T>> table, string[] names) =>
        table.Count == 0 ? [] : names.SelectMany(name => table.TryGetValue(name, out var found) ? found : Enumerable.Empty<T>());

    private static void Add<T>(Dictionary<string, List<T>> table, string name, T node)
    {
        if (!table.TryGetValue(name, out var list)) table.Add(name, list = []);
        list.Add(node);
    }
}
