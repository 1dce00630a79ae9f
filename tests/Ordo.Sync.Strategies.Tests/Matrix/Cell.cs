using Ordo.Sync.Conflicts;

namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>A cell of the matrix: a record of its own. A writes before B, so that B's time is the later.</summary>
/// <param name="Strategy">The strategy of its collection.</param>
/// <param name="Standing">What stands before.</param>
/// <param name="A">What A does.</param>
/// <param name="B">What B does.</param>
public sealed record Cell(ConflictStrategy Strategy, Standing Standing, Operation A, Operation B)
{
    /// <summary>The record's key.</summary>
    public string Key => $"{Standing}-{A}-{B}";

    /// <summary>Whether this cell is about a side that does not know the record: A (0) or B (1); -1 for neither.</summary>
    public int UnawareSide => Standing != Standing.Single ? -1 : A == Operation.Create ? 0 : B == Operation.Create ? 1 : -1;

    /// <summary>All cells.</summary>
    public static IEnumerable<Cell> All()
    {
        foreach (ConflictStrategy strategy in Enum.GetValues<ConflictStrategy>())
        {
            yield return new Cell(strategy, Standing.Nothing, Operation.Create, Operation.Create);
            foreach (Operation a in Operations(strategy, Standing.Single))
            {
                foreach (Operation b in Operations(strategy, Standing.Single))
                {
                    // Who does not know the record is at most one side: somebody wrote it.
                    if (a != Operation.Create || b != Operation.Create)
                    {
                        yield return new Cell(strategy, Standing.Single, a, b);
                    }
                }
            }

            if (strategy == ConflictStrategy.LastWriteWins)
            {
                continue;
            }

            foreach (Operation a in Operations(strategy, Standing.Conflict))
            {
                foreach (Operation b in Operations(strategy, Standing.Conflict))
                {
                    yield return new Cell(strategy, Standing.Conflict, a, b);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Strategy}, {Standing}: A {A}, B {B}";

    private static IEnumerable<Operation> Operations(ConflictStrategy strategy, Standing standing)
    {
        if (standing == Standing.Single)
        {
            yield return Operation.Create;
        }

        yield return Operation.Update;
        yield return Operation.PatchText;
        yield return Operation.PatchScore;
        yield return Operation.Delete;
        if (strategy is ConflictStrategy.AcademicRecord or ConflictStrategy.ManualIntervention)
        {
            yield return Operation.Override;
            if (standing == Standing.Conflict)
            {
                yield return Operation.Approve;
            }
        }
    }
}
