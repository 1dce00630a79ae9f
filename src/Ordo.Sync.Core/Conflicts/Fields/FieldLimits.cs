namespace Ordo.Sync.Conflicts.Fields;

/// <summary>What bounds a record under per-field merge. Constants of the format: replicas must agree on them.</summary>
internal static class FieldLimits
{
    /// <summary>The most leaves, removed paths and unresolved values of one record together.</summary>
    public const int PathsMax = 10_000;

    /// <summary>The most names in a path. A map below that is a value, as an array is.</summary>
    public const int DepthMax = 64;

    /// <summary>The most lost values kept, whatever the caller asks for.</summary>
    public const int LostMax = 4_096;

    /// <summary>
    /// The most removals (and values written alike by several) that a write keeps, newest first. One that is forgotten
    /// still counts as known; an edit concurrent to it
    /// that arrives later brings the field back instead of losing against it.
    /// </summary>
    public const int RemovalsMax = 1_000;

    /// <summary>The most single dots of one replica that a write keeps as known, greatest first.</summary>
    public const int DotsOfReplicaMax = 64;

    /// <summary>The most replicas whose dots a write keeps as known.</summary>
    public const int ReplicasMax = 1_024;
}
