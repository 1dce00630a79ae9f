using Ordo.Campus.Shared.Data;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Campus.Components.Parts;

/// <summary>A student's results, by assessment.</summary>
internal sealed record GradeRow(int Student, Dictionary<int, Record<Grade>> Grades);
