using System.Globalization;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>Calendar windows begin and end where people of their zone say: tests/vectors/limits/calendar-windows.json, made by another implementation.</summary>
public abstract class LedgerCalendarContract : StoreContract
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    public static TheoryData<string, string, string, string, string, string, string> Windows
    {
        get
        {
            var rows = new TheoryData<string, string, string, string, string, string, string>();
            foreach (var row in Vectors.Read("limits", "calendar-windows.json").EnumerateArray())
            {
                string Get(string name) => row.GetProperty(name).GetString()!;
                rows.Add(Get("why"), Get("zone"), Get("unit"), Get("firstDay"), Get("instant"), Get("start"), Get("end"));
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Window_OfTheCalendar_CountsFromItsFirstInstantToItsLast(string why, string zone, string unit, string firstDay, string instant, string start, string end)
    {
        Assert.NotEmpty(why);
        var (first, last, within) = (Instant(start), Instant(end), Instant(instant));
        var window = Window.Calendar(Enum.Parse<CalendarUnit>(unit), TimeZoneInfo.FindSystemTimeZoneById(zone), Enum.Parse<DayOfWeek>(firstDay));
        var limit = Limit.Tokens(100).Per(window).For("user:42");
        Assert.Equal(new WindowSpan(first, last), window.SpanAt(within));

        // Four holds: the last moment before, the first, the instant itself, the last; each settled before the clock moves on.
        SetTime(first - Moment);
        await SpendAsync("before", limit, Tokens(100));
        Assert.Equal(first, (await DeniedAsync("denied", limit, Tokens(1))).RoomAt);

        SetTime(first);
        await SpendAsync("first", limit, Tokens(60));
        Assert.Equal(last, (await StateAsync(limit)).ResetsAt);

        SetTime(within > first ? within : first);
        await SpendAsync("within", limit, Tokens(30));
        await AssertStateAsync(limit, 90, 0);

        SetTime(last - Moment);
        await SpendAsync("last", limit, Tokens(10));
        var denial = await DeniedAsync("denied", limit, Tokens(1));
        Assert.Equal((100, last), (denial.Spent, denial.RoomAt));
        Assert.Equal(last, (await StateAsync(limit)).RoomAt);

        SetTime(last);
        await AssertStateAsync(limit, 0, 0);
        await SpendAsync("after", limit, Tokens(100));
    }

    [Fact]
    public async Task Room_OfACalendarWindow_ComesWithTheNext_EvenWhereHoldsAreOpen()
    {
        var limit = Limit.Tokens(100).PerDay();
        await HoldAsync("open", limit, Tokens(100), TimeSpan.FromHours(20));
        var denial = await DeniedAsync("a", limit, Tokens(100));
        Assert.Equal(new DateTimeOffset(2027, 6, 17, 0, 0, 0, TimeSpan.Zero), denial.RoomAt);

        SetTime(denial.RoomAt!.Value - Moment);
        await DeniedAsync("a", limit, Tokens(100));
        SetTime(denial.RoomAt.Value);
        await HoldAsync("a", limit, Tokens(100));
    }

    [Fact]
    public async Task Window_ThatNobodyTouchedForYears_StartsAnew()
    {
        var limit = Limit.Tokens(100).PerMonth();
        await SpendAsync("a", limit, Tokens(100));

        SetTime(Start.AddYears(3));

        await AssertStateAsync(limit, 0, 0);
        await SpendAsync("b", limit, Tokens(100));
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
