using System.Collections.Immutable;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>
/// Whether concurrent versions disagree for a person: siblings of equal content are no conflict, although both dots stay.
/// </summary>
public static class Dissent
{
    /// <summary>The number of different contents among versions; deletes are one content.</summary>
    public static int Count(IReadOnlyList<RecordVersion> versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        int count = 0;
        for (int i = 0; i < versions.Count; i++)
        {
            bool isRepeated = false;
            for (int earlier = 0; earlier < i && !isRepeated; earlier++)
            {
                isRepeated = versions[earlier].Payload.Span.SequenceEqual(versions[i].Payload.Span);
            }

            count += isRepeated ? 0 : 1;
        }

        return count;
    }

    /// <summary>Whether versions disagree.</summary>
    public static bool IsAmong(ImmutableArray<RecordVersion> versions)
    {
        for (int i = 1; i < versions.Length; i++)
        {
            if (!versions[i].Payload.Span.SequenceEqual(versions[0].Payload.Span))
            {
                return true;
            }
        }

        return false;
    }
}
