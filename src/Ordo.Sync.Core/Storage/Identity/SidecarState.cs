using System.Collections.Immutable;
using System.Globalization;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Storage.Identity;

/// <summary>What a sidecar says of its store.</summary>
/// <param name="Machine">The machine, hashed; empty where it has no name that lasts.</param>
/// <param name="File">What tells the store's file from a copy of it; empty where the system does not say.</param>
/// <param name="Nonce">The nonce that the store was opened with.</param>
/// <param name="Next">The nonce of an opening that had not come to its end.</param>
/// <param name="Replica">The store's incarnation.</param>
/// <param name="Counter">The last counter it had issued.</param>
/// <param name="IsClosed">Whether incarnation and counter are those of an orderly end, else those of the opening.</param>
internal sealed record SidecarState(
    string Machine, string File, UInt128 Nonce, UInt128 Next, ReplicaId Replica, long Counter, bool IsClosed)
{
    private const string Head = "ordo-sync sidecar 1";
    private const int LineCount = 9;
    private const int FormerMax = 32;

    /// <summary>
    /// The incarnations before, the newest last: a store that is put back to before it took one does not know of it. The default is none.
    /// </summary>
    public ImmutableArray<ReplicaId> Former { get; init; } = [];

    /// <summary>The same for a store of which it is known that it had these incarnations: the newest are kept.</summary>
    public SidecarState With(IEnumerable<ReplicaId> former) => this with
    {
        Former = [.. former.Where(replica => replica != Replica).Distinct().TakeLast(FormerMax)],
    };

    /// <summary>Writes it as text, a line a value; without a line for what there is none of, as before there was any.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Head}\n{Machine}\n{File}\n{Nonce:x32}\n{Next:x32}\n{Replica}\n{Counter}\n{(IsClosed ? "closed" : "open")}\n")
        + (Former.IsEmpty ? string.Empty : string.Join(' ', Former) + '\n');

    /// <summary>Reads what <see cref="ToString"/> wrote; <see langword="null"/> where it is nothing of the kind.</summary>
    public static SidecarState? Parse(string text)
    {
        string[] lines = text.Split('\n');
        ImmutableArray<ReplicaId>? former = lines.Length == LineCount ? []
            : lines.Length == LineCount + 1 ? ParseFormer(lines[LineCount - 1]) : null;
        return former is { } earlier
            && string.Equals(lines[0], Head, StringComparison.Ordinal)
            && UInt128.TryParse(lines[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 nonce)
            && UInt128.TryParse(lines[4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 next)
            && ReplicaId.TryParse(lines[5], out ReplicaId replica)
            && long.TryParse(lines[6], NumberStyles.None, CultureInfo.InvariantCulture, out long counter)
            && lines[7] is "open" or "closed"
            ? new SidecarState(lines[1], lines[2], nonce, next, replica, counter, lines[7] == "closed")
            {
                Former = earlier,
            }
            : null;
    }

    private static ImmutableArray<ReplicaId>? ParseFormer(string line)
    {
        string[] texts = line.Split(' ');
        var former = ImmutableArray.CreateBuilder<ReplicaId>();
        foreach (string text in texts)
        {
            if (former.Count == FormerMax || !ReplicaId.TryParse(text, out ReplicaId replica))
            {
                return null;
            }

            former.Add(replica);
        }

        return former.ToImmutable();
    }
}
