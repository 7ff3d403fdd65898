using System.CommandLine;

namespace SafeLlm.Cli.Budgets;

/// <summary><c>safellm budget</c>: what is spent and held in a store file, and what an operator may change.</summary>
internal static class BudgetCommand
{
    public static Command Create() => new("budget", "Shows and changes budgets in a store file, also while applications use it.")
    {
        ShowCommand.Create(),
        SetCommand.Create(),
        ResetCommand.Create(),
        HoldsCommand.Create(),
    };
}
