namespace Ordo.Sync.Storage;

/// <summary>A condition on an indexed field: a closed or half-open range; equality has both bounds the same.</summary>
/// <param name="Field">The indexed field.</param>
/// <param name="From">The least value that matches; <see langword="null"/> for no lower bound.</param>
/// <param name="To">The greatest value that matches; <see langword="null"/> for no upper bound.</param>
/// <remarks>A record whose field is absent matches no condition, except one whose bounds are both absent values.</remarks>
public sealed record IndexCondition(string Field, IndexValue? From, IndexValue? To)
{
    /// <summary>Whether the lower bound itself does not match.</summary>
    public bool ExcludesFrom { get; init; }

    /// <summary>Whether the upper bound itself does not match.</summary>
    public bool ExcludesTo { get; init; }

    /// <summary>Whether a value matches.</summary>
    public bool Matches(IndexValue value)
    {
        if (value.IsAbsent)
        {
            return From is { IsAbsent: true } && To is { IsAbsent: true };
        }

        int? low = From is { } from ? value.CompareTo(from) : null;
        int? high = To is { } to ? value.CompareTo(to) : null;
        return (low is null or > 0 || (low == 0 && !ExcludesFrom)) && (high is null or < 0 || (high == 0 && !ExcludesTo));
    }
}
