using Ordo.Campus.Records;
using Ordo.Campus.Shared.Data;

namespace Ordo.Campus.Seed;

/// <summary>What a new campus begins with.</summary>
/// <param name="Courses">The catalogue.</param>
/// <param name="Grades">All results; their scopes are those of the courses.</param>
/// <param name="Posts">Forum posts of the first course, by key, the oldest first.</param>
internal sealed record CampusContent(
    IReadOnlyList<Course> Courses,
    IReadOnlyList<CourseGrade> Grades,
    IReadOnlyList<KeyValuePair<string, Post>> Posts);
