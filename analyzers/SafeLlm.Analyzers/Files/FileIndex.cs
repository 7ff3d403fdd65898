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

    private readonly SyntaxTree tree;
    private readonly Dictionary<string, List<InvocationExpressionSyntax>> invocations = [];
    private readonly Dictionary<string, List<ObjectCreationExpressionSyntax>> creations = [];
    private readonly Dictionary<string, List<AssignmentExpressionSyntax>> assignments = [];
    private readonly Dictionary<string, List<SimpleNameSyntax>> mentions = [];
    private readonly List<LiteralExpressionSyntax> keyLiterals = [];
    private readonly List<LiteralExpressionSyntax> keyHeaders = [];

    // Found from the words of the text, not by a walk over the tree: a walk would make every node of every file, for a few names in a few of them.
    private FileIndex(SyntaxTree tree, SyntaxNode root, string text)
    {
        this.tree = tree;
        for (var start = 0; start < text.Length;)
        {
            var end = WordSet.EndOfWord(text, start);
            if (end == start)
            {
                start++;
                continue;
            }

            if (RuleNames.Words.Find(text, start, end - start) is { } word && (MayBeUse(text, end) || RuleNames.Mentions.Contains(word))) AddName(root, start, word);
            if (start > 0 && text[start - 1] == '"' && KeyText.MayBegin(text, start)) AddLiteral(root, start - 1);
            start = end;
        }
    }

    /// <summary>Whether the text names a model provider's host, route or body, whatever SDK is or is not there. Looked up when it is first asked for.</summary>
    public bool MentionsModel => IsModelIn(tree, CancellationToken.None);

    /// <summary>Literals that look like a provider's key.</summary>
    public IReadOnlyList<LiteralExpressionSyntax> KeyLiterals => keyLiterals;

    /// <summary>Literals that name a header in which a key is sent.</summary>
    public IReadOnlyList<LiteralExpressionSyntax> KeyHeaders => keyHeaders;

    /// <summary>The index, or null where the file cannot interest any rule.</summary>
    public static FileIndex? Of(SyntaxTree tree, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (!surroundings.HasModelSdk && !surroundings.HasSafeLlm && !IsModelIn(tree, cancellationToken)) return null;
        return Known.TryGetValue(tree, out var known) ? known : Known.GetValue(tree, key => new FileIndex(key, key.GetRoot(cancellationToken), key.GetText(cancellationToken).ToString()));
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

    private static bool IsModelIn(SyntaxTree tree, CancellationToken cancellationToken) =>
        Texts.GetValue(tree, key => new StrongBox<bool>(ModelText.IsIn(key.GetText(cancellationToken).ToString()))).Value;

    private void AddName(SyntaxNode root, int position, string word)
    {
        if (root.FindToken(position) is not { Parent: SimpleNameSyntax name } token || token.ValueText != word || name.Identifier != token) return;
        if (name is IdentifierNameSyntax && RuleNames.Mentions.Contains(word)) Add(mentions, word, name);
        if (!RuleNames.All.Contains(word)) return;
        var whole = Dotted(name);
        switch (whole.Parent)
        {
            case InvocationExpressionSyntax invocation when invocation.Expression == whole:
                Add(invocations, word, invocation);
                break;
            case ObjectCreationExpressionSyntax creation when creation.Type == whole:
                Add(creations, word, creation);
                break;
            case AssignmentExpressionSyntax assignment when assignment.Left == whole:
                Add(assignments, word, assignment);
                break;
        }
    }

    private void AddLiteral(SyntaxNode root, int position)
    {
        if (root.FindToken(position) is not { Parent: LiteralExpressionSyntax literal } token || !literal.IsKind(SyntaxKind.StringLiteralExpression)) return;
        if (KeyText.LooksLikeKey(token.ValueText)) keyLiterals.Add(literal);
        if (KeyText.IsHeader(token.ValueText)) keyHeaders.Add(literal);
    }

    // What is called, made or set goes on with one of these; a name in a dotted path, a list or a declaration does not.
    private static bool MayBeUse(string text, int end)
    {
        while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
        return end < text.Length && "(<{=+-*/%&|^?>#".IndexOf(text[end]) >= 0;
    }

    /// <summary>The expression whose last name this is: the inverse of <see cref="NameOf"/>.</summary>
    private static ExpressionSyntax Dotted(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Name == name => access,
        MemberBindingExpressionSyntax binding => binding,
        QualifiedNameSyntax qualified when qualified.Right == name => qualified,
        AliasQualifiedNameSyntax aliased when aliased.Name == name => aliased,
        _ => name,
    };

    private static IEnumerable<T> Find<T>(Dictionary<string, List<T>> table, string[] names) =>
        table.Count == 0 ? [] : names.SelectMany(name => table.TryGetValue(name, out var found) ? found : Enumerable.Empty<T>());

    private static void Add<T>(Dictionary<string, List<T>> table, string name, T node)
    {
        if (!table.TryGetValue(name, out var list)) table.Add(name, list = []);
        list.Add(node);
    }
}
