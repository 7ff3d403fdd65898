using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class BudgetInFloatingPointTests
{
    [Fact]
    public Task Doubles_OfOtherTypes_DoNotReport() => Verify.QuietAsync<BudgetInFloatingPoint>("""
        class Meter { private double spent; public double Add(double more) => spent += more; public DateTime At() => DateTime.UtcNow; }
        """);

    [Fact]
    public Task Doubles_OfASink_Report() => Verify.ReportsAsync<BudgetInFloatingPoint>("""
        using SafeLlm.Limits;
        interface IMine : ILedger
        {
            private static [|double|] spent;
            static DateTime At() => spent > 0 ? [|DateTime.UtcNow|] : default;
        }
        """);
}
