using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Campus.Shared.Data;

/// <summary>Brings grades into a device's store.</summary>
public static class GradeImport
{
    private const int BatchSize = 1000;

    /// <summary>Writes grades into the collection 'grades' of their scopes, in atomic batches, each durable before the next.</summary>
    /// <param name="engine">The device, subscribed to the scopes.</param>
    /// <param name="grades">What to write.</param>
    /// <param name="imported">Is told the size of each batch.</param>
    /// <param name="cancellationToken">Ends the import between two batches.</param>
    public static async Task ImportAsync(
        this ISyncEngine engine,
        IEnumerable<CourseGrade> grades,
        Action<int>? imported,
        CancellationToken cancellationToken)
    {
        foreach (IGrouping<string, CourseGrade> course in grades.GroupBy(grade => grade.Scope))
        {
            ISyncCollection<Grade> collection = engine.Scope(course.Key).Collection<Grade>("grades");
            foreach (CourseGrade[] batch in course.Chunk(BatchSize))
            {
                await engine.WriteAsync(
                    write =>
                    {
                        foreach (CourseGrade grade in batch)
                        {
                            write.Put(collection, grade.Key, grade.Grade);
                        }
                    },
                    cancellationToken);
                imported?.Invoke(batch.Length);
            }
        }
    }
}
