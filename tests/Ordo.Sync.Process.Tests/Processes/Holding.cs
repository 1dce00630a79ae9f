using System.Globalization;

namespace Ordo.Sync.Process.Tests.Processes;

/// <summary>What a device said it holds at its end.</summary>
/// <param name="Lines">"scope records digest", sorted: equal lines are equal versions with equal content.</param>
internal sealed record Holding(IReadOnlyList<string> Lines)
{
    /// <summary>The live records of all scopes.</summary>
    public int RecordCount => Lines.Sum(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));

    public static Holding Of(CampusProcess device) => new(
        [.. device.Output.Where(line => line.StartsWith("course/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]);

    public void AssertSameAs(Holding other)
    {
        Assert.NotEmpty(Lines);
        Assert.Equal(Lines, other.Lines);
    }
}
