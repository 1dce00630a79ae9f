namespace Ordo.Sync.Core.Tests.Architecture;

/// <summary>Finds types of a floor (a namespace under a root) that name a floor which is not below theirs.</summary>
internal sealed class FloorOrder
{
    /// <summary>The floors, lowest first.</summary>
    private static readonly string[] Floors =
    [
        "Scheduling", "Causality", "Errors", "Diagnostics", "Records", "Conflicts", "Crdt", "Journal", "Storage",
        "Replication", "Transport",
        "Engine",
    ];

    // Conflict-free types live inside payloads: what they know of the rest of the engine is its clocks.
    private static readonly string[] BelowCrdt = ["Causality"];

    private readonly string _root;

    public FloorOrder(string root) => _root = root;

    /// <summary>A sentence for each type and floor that should not meet.</summary>
    public IReadOnlyList<string> FindViolations(IEnumerable<Type> types) =>
        [.. types.Where(IsUnderRoot).SelectMany(FindViolations).Distinct().Order(StringComparer.Ordinal)];

    private IEnumerable<string> FindViolations(Type type)
    {
        string name = FloorOf(type);
        int floor = Array.IndexOf(Floors, name);
        if (floor < 0)
        {
            yield return $"{Outermost(type)} is on no floor: '{type.Namespace}' has no place in the order of floors.";
            yield break;
        }

        foreach (Type other in TypeReferences.Of(type).Where(IsUnderRoot))
        {
            string otherName = FloorOf(other);
            if (otherName != name && !IsBelow(otherName, name))
            {
                yield return $"{Outermost(type)} ({name}) names {Outermost(other)} ({otherName}), not below it.";
            }
        }
    }

    private static bool IsBelow(string other, string floor) => floor == "Crdt"
        ? BelowCrdt.Contains(other)
        : Array.IndexOf(Floors, other) is >= 0 and var at && at < Array.IndexOf(Floors, floor);

    private bool IsUnderRoot(Type type) =>
        type.Namespace == _root || type.Namespace?.StartsWith($"{_root}.", StringComparison.Ordinal) == true;

    private string FloorOf(Type type) =>
        type.Namespace!.Length == _root.Length ? string.Empty : type.Namespace[(_root.Length + 1)..].Split('.')[0];

    // Closures and state machines are named after the type whose code they hold.
    private static string? Outermost(Type type)
    {
        while (type.DeclaringType is { } declaring)
        {
            type = declaring;
        }

        return type.FullName;
    }
}
