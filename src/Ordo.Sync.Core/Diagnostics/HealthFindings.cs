using System.Collections.Immutable;

namespace Ordo.Sync.Diagnostics;

/// <summary>Holds what was measured against thresholds. For one caller at a time.</summary>
public sealed class HealthFindings
{
    private readonly ImmutableArray<string>.Builder _texts = ImmutableArray.CreateBuilder<string>();

    /// <summary>The worst of all findings.</summary>
    public HealthGrade Grade { get; private set; }

    /// <summary>What is not as it should be, for people; empty where all is well.</summary>
    public ImmutableArray<string> Texts => _texts.ToImmutable();

    /// <summary>Adds what is wrong in any case.</summary>
    public void Add(HealthGrade grade, string text)
    {
        Grade = grade > Grade ? grade : Grade;
        _texts.Add(text);
    }

    /// <summary>Adds a value that is the worse the more it is.</summary>
    /// <param name="value">The value; <see langword="null"/> where there is none, which is well.</param>
    /// <param name="threshold">Its threshold; <see langword="null"/> where it is not looked at.</param>
    /// <param name="text">Says what it is, for people.</param>
    public void AddAtLeast<T>(T? value, Threshold<T>? threshold, Func<T, string> text)
        where T : struct, IComparable<T>
    {
        ArgumentNullException.ThrowIfNull(text);
        if (value is { } measured && threshold is { } limit && measured.CompareTo(limit.Degraded) >= 0)
        {
            Add(measured.CompareTo(limit.Unhealthy) >= 0 ? HealthGrade.Unhealthy : HealthGrade.Degraded, text(measured));
        }
    }

    /// <summary>Adds a value that is the worse the less it is.</summary>
    /// <param name="value">The value; <see langword="null"/> where there is none, which is well.</param>
    /// <param name="threshold">Its threshold; <see langword="null"/> where it is not looked at.</param>
    /// <param name="text">Says what it is, for people.</param>
    public void AddAtMost<T>(T? value, Threshold<T>? threshold, Func<T, string> text)
        where T : struct, IComparable<T>
    {
        ArgumentNullException.ThrowIfNull(text);
        if (value is { } measured && threshold is { } limit && measured.CompareTo(limit.Degraded) <= 0)
        {
            Add(measured.CompareTo(limit.Unhealthy) <= 0 ? HealthGrade.Unhealthy : HealthGrade.Degraded, text(measured));
        }
    }
}
