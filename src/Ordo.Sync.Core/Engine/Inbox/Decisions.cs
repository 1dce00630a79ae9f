using Ordo.Sync.Conflicts.Notes;

namespace Ordo.Sync.Engine.Inbox;

/// <summary>Makes decisions of what callers say.</summary>
internal static class Decisions
{
    public static Decision Of(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > Decision.ReasonLengthMax)
        {
            throw new ArgumentException(
                $"A decision has a reason of 1 to {Decision.ReasonLengthMax} characters; it stays in the audit history.",
                nameof(reason));
        }

        return new Decision(reason);
    }
}
