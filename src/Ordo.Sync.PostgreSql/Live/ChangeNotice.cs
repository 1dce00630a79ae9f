using System.Globalization;
using Ordo.Sync.Causality;

namespace Ordo.Sync.PostgreSql.Live;

/// <summary>What one instance tells the others: a scope changed. In a notification: sender, origin, stamp and scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Origin">Who brought the change; empty where several did.</param>
/// <param name="Stamp">The stamp that the scope has now; 0 where that is not known.</param>
internal readonly record struct ChangeNotice(string Scope, ReplicaId Origin, long Stamp)
{
    /// <summary>The text of a notification.</summary>
    public string ToPayload(Guid sender) =>
        string.Create(CultureInfo.InvariantCulture, $"{sender:N} {Origin} {Stamp} {Scope}");

    /// <summary>Reads a notification; whoever may write to the database may have sent it.</summary>
    public static bool TryParse(string payload, out Guid sender, out ChangeNotice notice)
    {
        notice = default;
        string[] parts = payload.Split(' ', 4);
        if (!Guid.TryParseExact(parts[0], "N", out sender) || parts.Length < 4
            || !ReplicaId.TryParse(parts[1], out ReplicaId origin)
            || !long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long stamp))
        {
            return false;
        }

        notice = new ChangeNotice(parts[3], origin, stamp);
        return true;
    }
}
