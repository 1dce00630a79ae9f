namespace Ordo.Sync.Causality;

/// <summary>
/// What a replica has seen of one record, K(o): the scope's knowledge, and what an exception adds for this record's key.
/// </summary>
/// <param name="Knowledge">The knowledge of the scope.</param>
/// <param name="Exception">The join of the exceptions that cover the record; <see langword="null"/> in steady state.</param>
public readonly record struct CausalContext(VersionVector Knowledge, VersionVector? Exception = null)
{
    /// <summary>Whether the version is reflected here, as current or as superseded.</summary>
    public bool Contains(Dot dot) => Knowledge.Contains(dot) || (Exception?.Contains(dot) ?? false);
}
